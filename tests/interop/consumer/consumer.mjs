// Takes the events of one unit from RabbitMQ, with amqplib and nothing of CanThoGov's. README.md says why it does what it does.
// usage: consumer.mjs --unit UNIT --queue QUEUE --store FILE [--no-declare] TYPE...
// The broker's address is in AMQP_URL. Prints what happens, one JSON object a line; ends on SIGTERM or SIGINT.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import amqp from 'amqplib';
import { EventStore } from './event-store.mjs';

const { values: options, positionals: types } = parseArgs({
  allowPositionals: true,
  options: { unit: { type: 'string' }, queue: { type: 'string' }, store: { type: 'string' }, 'no-declare': { type: 'boolean' } },
});
const { unit, queue, store: path } = options;
if (!process.env.AMQP_URL || !unit || !queue || !path || types.length === 0) {
  console.error('usage: AMQP_URL=amqp://... consumer.mjs --unit UNIT --queue QUEUE --store FILE [--no-declare] TYPE...');
  process.exit(2);
}
const url = new URL(process.env.AMQP_URL);
// A network that swallows packets closes no connection; a missed heartbeat does.
url.searchParams.set('heartbeat', '10');
const dead = `${queue}.dead`;

const report = (what, details) => console.log(JSON.stringify({ what, ...details }));

// ---- Queues and bindings: declared each time, which changes nothing when they are there ------------------------------------

async function declare(channel) {
  const quorum = { 'x-queue-type': 'quorum' };
  await channel.assertExchange(dead, 'fanout', { durable: true });
  await channel.assertQueue(dead, { durable: true, arguments: quorum });
  await channel.bindQueue(dead, dead, '');
  await channel.assertQueue(queue, { durable: true, arguments: { ...quorum, 'x-dead-letter-exchange': dead } });
  for (const type of types) {
    // The same declaration as the publisher's, so that it does not matter who starts first.
    if (!options['no-declare']) {
      await channel.assertExchange(type, 'topic', { durable: true });
    }
    for (const key of [unit, 'all']) {
      await channel.bindQueue(queue, type, key);
    }
  }
}

// ---- From a message to an event --------------------------------------------------------------------------------------------

// CloudEvents over AMQP, binary mode: the attributes are headers, the body is the data.
const attribute = ({ properties: { headers = {} } }, name) => headers[`cloudEvents_${name}`] ?? headers[`cloudEvents:${name}`];

// Reads what it knows and passes over whatever else there is: attributes and fields may be added at any time.
function toEvent(message) {
  const event = {};
  for (const name of ['id', 'source', 'type', 'subject', 'time']) {
    event[name] = attribute(message, name);
    if (typeof event[name] !== 'string' || event[name] === '') {
      throw new Error(`the attribute ${name} is missing`);
    }
  }
  // Decimal digits: compared as a number, since '10' is before '9' as text.
  event.sequence = Number(attribute(message, 'sequence'));
  if (!Number.isSafeInteger(event.sequence) || event.sequence < 1) {
    throw new Error('the attribute sequence is no positive whole number');
  }
  if (!/^application\/json\b/i.test(message.properties.contentType ?? '')) {
    throw new Error(`the content type is ${message.properties.contentType}`);
  }
  event.data = JSON.parse(message.content.toString());
  return event;
}

function take(channel, store, message) {
  const type = attribute(message, 'type');
  // Perhaps bound by an earlier configuration of this queue.
  if (type !== undefined && !types.includes(type)) {
    report('ignored', { type });
    channel.ack(message);
    return;
  }

  let event;
  try {
    event = toEvent(message);
  } catch (error) {
    // It will be no better the next time: not back into the queue, but to the dead letters, where somebody looks at it.
    report('dead', { reason: error.message, messageId: message.properties.messageId });
    channel.nack(message, false, false);
    return;
  }

  const effect = store.add(event);
  report(effect, { id: event.id, type, subject: event.subject, sequence: event.sequence });
  // Only now: whatever fails before this line, the broker still has the message and brings it again.
  channel.ack(message);
}

// ---- One connection after the other ----------------------------------------------------------------------------------------

const stop = new AbortController();
let attempt = 0;
let end = () => {};
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    stop.abort();
    end();
  });
}

// Returns when asked to stop; throws when the connection, the channel or the consumer is gone, or an effect failed.
async function session() {
  const ended = new Promise((resolve) => (end = resolve));
  const connection = await amqp.connect(url.href, { timeout: 10_000 });
  // An 'error' without a listener would end the process.
  connection.on('error', end).on('close', (error) => end(error ?? new Error('the connection was closed')));
  let store;
  try {
    store = new EventStore(path);
    const channel = await connection.createChannel();
    channel.on('error', end).on('close', () => end(new Error('the channel was closed')));
    await channel.prefetch(50);
    await declare(channel);
    await channel.consume(queue, (message) => {
      if (message === null) {
        end(new Error('the broker cancelled the consumer: the queue was deleted, or its leader is gone'));
        return;
      }
      try {
        take(channel, store, message);
      } catch (error) {
        end(error);
      }
    });
    attempt = 0;
    report('consuming', { queue });
    const error = stop.signal.aborted ? null : await ended;
    if (error) {
      throw error;
    }
  } finally {
    // What was not acknowledged goes back to the queue.
    await Promise.race([connection.close().catch(() => {}), delay(5_000, null, { ref: false })]);
    store?.close();
  }
}

while (!stop.signal.aborted) {
  try {
    await session();
  } catch (error) {
    // Longer each time, and never the same for all consumers of a broker that has just come back.
    const wait = Math.min(15_000, 500 * 2 ** attempt++) * (0.5 + Math.random() / 2);
    report('disconnected', { reason: error.message || error.code, wait: Math.round(wait) });
    await delay(wait, null, { signal: stop.signal }).catch(() => {});
  }
}
report('stopped');
