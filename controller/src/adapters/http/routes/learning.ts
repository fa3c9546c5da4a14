/** What was learned, load to come, where the weather comes from; and the one button: take a proposed curve. */
import type { CircuitLearning } from '@heat-center/api/learning.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { CircuitLearned } from '../../../domain/learning/view.ts';
import { actorOf, stationOf, type RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';
import { detailOf } from './stations.ts';

const notThere = (id: string): HeatError => new HeatError('not_found', `There is no station ${id}.`);

function learnedView(of: CircuitLearned): CircuitLearning {
  const { proposal, days } = of;
  return {
    ...of,
    proposal: proposal && {
      ...proposal,
      now: proposal.now.map(([outdoor_c, supply_c]) => [outdoor_c, supply_c]),
      proposed: proposal.proposed.map(([outdoor_c, supply_c]) => [outdoor_c, supply_c]),
    },
    days: days.map(({ at, outdoor_c, heat_kw, room_c = null, used }) => ({
      at,
      outdoor_c,
      heat_kw,
      room_c,
      used,
    })),
  };
}

/** Whose forecast the load follows. */
function basisOf({ gate }: RouteParts) {
  const { forecast } = gate.network();
  const weather = forecast ? { source: forecast.source, issued_at: forecast.issued_at } : null;
  return { at: gate.now(), weather };
}

export function learningRoutes(app: App, parts: RouteParts): void {
  const { gate, registry, weather } = parts;

  app.route({ ...route('readWeather'), handler: async () => weather.status() });

  app.route({
    ...route('networkLoadForecast'),
    handler: async ({ query }) => {
      const load = gate.loadOfNetwork(query.hours);
      return {
        ...basisOf(parts),
        ...load,
        hours: [...load.hours],
        without: [...load.without],
        sources: load.sources.map((source) => ({ ...source, hours: [...source.hours] })),
      };
    },
  });

  app.route({
    ...route('stationLoadForecast'),
    handler: async ({ params: { id }, query }) => {
      const load = gate.loadOf(id, query.hours);
      if (!load) throw notThere(id);
      return { id, ...basisOf(parts), ...load, hours: [...load.hours] };
    },
  });

  app.route({
    ...route('stationLearning'),
    handler: async ({ params: { id } }) => {
      const learned = gate.learned(id);
      if (!learned) throw notThere(id);
      return { id, circuits: learned.map(learnedView) };
    },
  });

  app.route({
    ...route('applyProposal'),
    handler: async (request) => {
      const { id, circuit: asked } = request.params;
      const record = stationOf(parts, id);
      const proposal = gate.learned(id)?.find(({ circuit }) => circuit === asked)?.proposal;
      if (!record.config.circuits.some((circuit) => circuit.id === asked))
        throw new HeatError('not_found', `Station ${id} has no circuit ${asked}.`);
      if (proposal?.made_at !== request.body.made_at)
        throw new HeatError('proposal_changed', `Circuit ${asked} has another proposal, or none.`);
      const { curve } = proposal;
      const circuits = record.config.circuits.map((circuit) =>
        circuit.id === asked ? { ...circuit, curve } : circuit,
      );
      const config = { ...record.config, circuits };
      registry.changeStation({ ...record, config }, actorOf(parts, request));
      await gate.settingsChanged(id);
      return detailOf(parts, id);
    },
  });
}
