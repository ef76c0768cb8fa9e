// A server that is killed between the commit of the first message that says so and its broadcast.
import { createParley, readConfig } from '@parley/server';

const parley = await createParley({ config: readConfig(process.env) });
const { bus } = parley.services;
const publish = bus.publish.bind(bus);
bus.publish = (topic, frame) => {
  if (frame.type === 'message' && frame.body.includes('last words')) process.kill(process.pid, 'SIGKILL');
  else publish(topic, frame);
};
await parley.listen();
