/** An app that goes over its time, blocks, crashes, and prints. */
import { app } from '@azure/functions';

console.log('the app says hello');

app.get('pid', () => ({ jsonBody: { pid: process.pid, settings: process.env['GIVEN'] } }));
app.get('slow', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  return {};
});
app.get('block', () => {
  for (;;) {
    // Never yields.
  }
});
app.get('crash', () => {
  setImmediate(() => {
    throw new Error('crash on purpose');
  });
  return {};
});
app.get('half', async () => {
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { body: 'whole' };
});
app.hook.appTerminate(() => {
  console.log('the app says goodbye');
});
