// What a service's event log holds for one unit and the consumer's store does not. Prints each missing event as a line for the store.
// usage: catch-up.mjs --unit UNIT --store FILE [--after POSITION] ADDRESS PROTOS TYPE...
// The token of a reader is in TOKEN. Ends by printing, on the error output, how many are missing and the position to go on from.
import { parseArgs } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { keyOf, readEvents } from './event-store.mjs';

const { values: { unit, store, after }, positionals: [address, protos, ...types] } = parseArgs({
  allowPositionals: true,
  options: { unit: { type: 'string' }, store: { type: 'string' }, after: { type: 'string', default: '0' } },
});
const definition = loader.loadSync('canthogov/events/v1/event_log_service.proto', { includeDirs: [protos], longs: Number, defaults: true });
const { EventLogService } = grpc.loadPackageDefinition(definition).canthogov.events.v1;
const local = /^(127\.|localhost)/.test(address);
const log = new EventLogService(address, local ? grpc.credentials.createInsecure() : grpc.credentials.createSsl());
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${process.env.TOKEN}`);
const list = (request) => new Promise((resolve, reject) =>
  log.listEvents(request, metadata, { deadline: Date.now() + 20_000 }, (error, page) => (error ? reject(error) : resolve(page))));

const pageSize = 500;
const seen = new Set(readEvents(store).map(keyOf));
let missing = 0;
let position = Number(after);
for (let more = true; more;) {
  const { events, headPosition } = await list({ afterPosition: position, pageSize, types, unit: `units/${unit}` });
  for (const { id, source, type, subject, sequence, time, data } of events.filter((event) => !seen.has(keyOf(event)))) {
    const at = new Date(time.seconds * 1000 + time.nanos / 1e6).toISOString();
    console.log(JSON.stringify({ id, source, type, subject, time: at, sequence, data: JSON.parse(data) }));
    missing++;
  }
  // A page that is not full ends at the head, also where the last events concern others.
  more = events.length === pageSize;
  position = more ? events.at(-1).position : headPosition;
}
console.error(JSON.stringify({ missing, position }));
log.close();
