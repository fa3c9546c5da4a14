/** The plan of peak shaving. */
import type { PlanView } from '@heat-center/api/shaving.ts';
import type { PlanClass, PlanHour } from '../../../domain/network/plan/plan.ts';
import type { RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

const hourView = (hour: PlanHour): PlanView['hours'][number] => ({
  ...hour,
  cap_kw: hour.cap_kw ?? null,
  price_per_mwh: hour.price_per_mwh ?? null,
});

const classView = (one: PlanClass): PlanView['classes'][number] => ({
  ...one,
  stations: one.stations.map(([id]) => id),
  colder_k: [...one.colder_k],
  heat_kw: one.colder_k.map((colder_k) => colder_k * one.loss_kw_k),
  room_k: [...one.room_k],
});

export function planRoutes(app: App, { gate }: Pick<RouteParts, 'gate'>): void {
  app.route({
    ...route('readPlan'),
    handler: async (): Promise<PlanView> => {
      const { plan, trouble, ...summary } = gate.plan();
      const hours = plan?.hours ?? [];
      const peak_kw = (of: (hour: PlanHour) => number): number | null =>
        hours.length > 0 ? Math.max(...hours.map(of)) : null;
      return {
        status: summary.status,
        made_at: plan?.made_at ?? null,
        until: summary.until ?? null,
        outdoor_from: plan?.outdoor_from ?? null,
        load_from: plan?.load_from ?? null,
        solve_ms: plan?.solve_ms ?? null,
        hours: hours.map(hourView),
        baseline_peak_kw: peak_kw(({ baseline_kw }) => baseline_kw),
        planned_peak_kw: peak_kw(({ planned_kw }) => planned_kw),
        exceeded_kw: summary.exceeded_kw ?? null,
        shifted_kwh: summary.shifted_kwh ?? null,
        saved: summary.saved ?? null,
        classes: (plan?.classes ?? []).map(classView),
        left_out: summary.left_out.map((one) => ({ ...one })),
        trouble: trouble ?? null,
      };
    },
  });
}
