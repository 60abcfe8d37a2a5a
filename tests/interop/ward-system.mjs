// A ward's own software, in another language and with nothing of ours but the protos: it takes its first open assignment on,
// reports, asks again as if the answer had been lost, is refused once, and hands in a result.
// usage: ward-system.mjs ADDRESS PROTOS; the token is in TOKEN. Prints what it saw as one JSON object.
import { randomUUID } from 'node:crypto';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, protos] = process.argv.slice(2);
const options = { includeDirs: [protos], enums: String, defaults: true };
const load = (path) => grpc.loadPackageDefinition(loader.loadSync(path, options));

const { AssignmentService } = load('canthogov/city/v1/assignment_service.proto').canthogov.city.v1;
const assignments = new AssignmentService(address, grpc.credentials.createInsecure());
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${process.env.TOKEN}`);

const call = (method, request) => new Promise((resolve, reject) => {
  const trailers = {};
  assignments[method](request, metadata, { deadline: Date.now() + 20_000 }, (error, answer) =>
    error ? reject(error) : setImmediate(() => resolve({ ...answer, trailers })))
    .on('status', (status) => Object.assign(trailers, status.metadata.getMap()));
});

const page = await call('ListAssignments', { states: ['STATE_ISSUED'], pageSize: 1 });
const { name } = page.assignments[0];
const acknowledge = { name, note: 'Đã nhận, giao văn phòng', requestId: randomUUID() };
const first = await call('AcknowledgeAssignment', acknowledge);
const progress = await call('ReportProgress', { name, percent: 60, report: 'Đã khảo sát toàn tuyến', requestId: randomUUID() });
const repeated = await call('AcknowledgeAssignment', acknowledge);
const refusal = await call('AcknowledgeAssignment', { name, requestId: randomUUID() }).catch((error) => error);
const submitted = await call('SubmitResult', { name, result: 'Báo cáo kết quả kèm biên bản', requestId: randomUUID() });

console.log(JSON.stringify({
  title: page.assignments[0].title,
  states: [first.state, progress.state, repeated.state, submitted.state],
  readToken: first.trailers['canthogov-read-token'],
  refusal: { code: refusal.code, hasDetails: refusal.metadata.get('grpc-status-details-bin').length === 1, text: refusal.details },
}));
assignments.close();
