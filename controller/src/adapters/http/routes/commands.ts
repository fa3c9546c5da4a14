/** Wishes of operators, and what becomes of them. */
import { randomUUID } from 'node:crypto';
import type { WishBody } from '@heat-center/api/commands.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { SetpointName } from '../../../domain/config.ts';
import type { Wish } from '../../../domain/inputs.ts';
import { callerOf } from '../access.ts';
import { stationOf, type RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';
import { commandViewOf } from '../view.ts';

const NAMES = ['supply_c', 'flow_m3_h', 'dp_kpa'] as const;

/** The wish that goes into the cycle. */
function wishOf(body: WishBody, by: string): Wish {
  const head = { id: randomUUID(), by, reason: body.reason };
  switch (body.kind) {
    case 'setpoints': {
      const setpoints: Partial<Record<SetpointName, number>> = {};
      for (const name of NAMES) if (body[name] !== undefined) setpoints[name] = body[name];
      return { ...head, kind: body.kind, circuit: body.circuit, setpoints, hold_s: body.hold_s };
    }
    case 'cancel':
      return { ...head, kind: body.kind, cancels: body.cancels };
    case 'release':
      return { ...head, kind: body.kind };
    case 'select':
    case 'operate': {
      const { kind, target, action, hold_s } = body;
      const select = body.kind === 'operate' ? { select_id: body.select_id } : {};
      return { ...head, kind, target, action, hold_s, ...select };
    }
    default:
      return body satisfies never;
  }
}

export function commandRoutes(app: App, parts: RouteParts): void {
  const { gate, readModel } = parts;

  app.route({
    ...route('sendCommand'),
    handler: async (request, reply) => {
      const { id } = stationOf(parts, request.params.id).config;
      const wish = wishOf(request.body, callerOf(request).name);
      await gate.wish(id, wish);
      return reply.code(202).send({ id: wish.id, state: 'pending' });
    },
  });

  app.route({
    ...route('listCommands'),
    handler: async (request) => {
      const { id } = stationOf(parts, request.params.id).config;
      return { commands: readModel.commands(id).map(commandViewOf) };
    },
  });

  app.route({
    ...route('readCommand'),
    handler: async (request) => {
      const { id } = stationOf(parts, request.params.id).config;
      const found = readModel.commands(id).find((command) => command.id === request.params.command);
      if (!found) throw new HeatError('not_found', `${id} has no recent command ${request.params.command}.`);
      return commandViewOf(found);
    },
  });
}
