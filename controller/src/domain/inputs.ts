/** Everything that the center decides from. Each is journaled before it is applied, so a replay decides the same. */
import type { Telemetry } from '@heat-center/contract/decode.ts';
import type { Report, Status } from '@heat-center/contract/messages.ts';
import type { SetpointName, StationConfig } from './config.ts';
import type { Forecast } from './network/forecast.ts';
import type { Plan } from './network/plan/plan.ts';
import type { NetworkSettings } from './network/settings.ts';

/** An operator's wish. `id` is the command's id in the API; `at` is when it was taken. */
export type Wish =
  | (WishHead & {
      readonly kind: 'setpoints';
      readonly circuit: string;
      readonly setpoints: Readonly<Partial<Record<SetpointName, number>>>;
      readonly hold_s: number;
    })
  | (WishHead & { readonly kind: 'cancel'; readonly cancels: string })
  | (WishHead & { readonly kind: 'release' })
  | (WishHead & {
      readonly kind: 'select' | 'operate';
      readonly target: string;
      readonly action: string;
      readonly hold_s: number;
      readonly select_id?: string | undefined;
    });

interface WishHead {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
}

/** Local time at the site, broken down, so that schedules need no clock. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 1 Monday … 7 Sunday. */
  readonly weekday: number;
  readonly minute_of_day: number;
  /** The next change of the clocks, if it comes within some days: ms UTC, and local minus universal time from then on. */
  readonly change?: { readonly at: number; readonly offset_min: number };
}

/** `at` is the center's time of arrival or decision, ms UTC, never decreasing from input to input. */
export type CenterInput =
  | {
      readonly kind: 'start';
      readonly at: number;
      readonly epoch: number;
      readonly commit: string;
      readonly node: string;
    }
  | { readonly kind: 'settings'; readonly at: number; readonly station: StationConfig }
  | { readonly kind: 'removed'; readonly at: number; readonly station: string }
  | {
      readonly kind: 'telemetry';
      readonly at: number;
      readonly station: string;
      readonly telemetry: Telemetry;
    }
  | {
      readonly kind: 'status';
      readonly at: number;
      readonly station: string;
      readonly status: Status;
      readonly will: boolean;
      /** The broker had kept it: it says nothing of a new session. */
      readonly retained?: boolean;
    }
  | { readonly kind: 'report'; readonly at: number; readonly station: string; readonly report: Report }
  | { readonly kind: 'session'; readonly at: number; readonly station: string; readonly connected: boolean }
  | { readonly kind: 'wish'; readonly at: number; readonly station: string; readonly wish: Wish }
  | { readonly kind: 'epoch'; readonly at: number; readonly epoch: number; readonly by: string }
  | { readonly kind: 'forecast'; readonly at: number; readonly forecast: Forecast }
  | { readonly kind: 'network_settings'; readonly at: number; readonly settings: NetworkSettings }
  | { readonly kind: 'plan'; readonly at: number; readonly plan: Plan }
  | { readonly kind: 'tick'; readonly at: number; readonly local: LocalTime };
