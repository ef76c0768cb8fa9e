// A server that is killed between the commit of the first message that says so and its broadcast.
import { createParley } from '@parley/server';

const parley = await createParley({
  databaseUrl: process.env['DATABASE_URL'],
  dataDir: process.env['PARLEY_DATA_DIR'],
  jwtSecret: process.env['JWT_SECRET'],
  logLevel: 'warn',
});
const { bus } = parley.services;
const publish = bus.publish.bind(bus);
bus.publish = (topic, frame) => {
  if (frame.type === 'message' && frame.body.includes('last words')) process.kill(process.pid, 'SIGKILL');
  else publish(topic, frame);
};
await parley.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
