/** The center itself: feed, epoch, refused messages, health. */
import { HeatError } from '@heat-center/contract/errors.ts';
import { callerOf } from '../access.ts';
import type { RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

export function centerRoutes(app: App, parts: RouteParts): void {
  const { gate, feed, backup } = parts;

  app.route({
    ...route('live'),
    handler: async () => {
      throw new HeatError('invalid_request', 'The live feed speaks WebSocket.');
    },
    wsHandler: (socket, request) => {
      const client = feed.join(socket, callerOf(request).key);
      socket.on('pong', () => client.alive());
      socket.on('close', () => client.gone());
      // The feed only speaks; whoever sends something mistakes it for another protocol.
      socket.on('message', () => socket.close(1003, 'this feed takes no messages'));
    },
  });

  app.route({
    ...route('confirmEpoch'),
    handler: async (request) => ({ epoch: await gate.confirmEpoch(callerOf(request).name) }),
  });

  app.route({
    ...route('beginBackup'),
    handler: async (_request, reply) => {
      await parts.audit.settle();
      return reply.code(201).send(await backup.begin());
    },
  });

  app.route({
    ...route('endBackup'),
    handler: async (request) => ({ whole: await backup.end(request.params.id) }),
  });

  app.route({
    ...route('rejected'),
    handler: async () => ({ rejected: gate.rejected().map((entry) => ({ ...entry })) }),
  });

  app.route({ ...route('healthLive'), handler: async () => ({ live: true as const }) });

  app.route({
    ...route('healthReady'),
    handler: async (_request, reply) => {
      const { ready, why } = gate.readiness();
      return reply.code(ready ? 200 : 503).send({ ready, why: [...why] });
    },
  });
}
