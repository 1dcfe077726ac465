import { app } from '@azure/functions';
import core, { hostVersion } from '@azure/functions-core';

app.get('module', () => ({ jsonBody: { same: core.hostVersion === hostVersion } }));
