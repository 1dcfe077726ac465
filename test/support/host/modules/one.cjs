const { app } = require('@azure/functions');

app.get('common', () => ({ body: require('@azure/functions-core').version }));
