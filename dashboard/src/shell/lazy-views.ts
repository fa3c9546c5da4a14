/** Views that are loaded when somebody goes there first; the overview comes with the page itself. */
import { lazy } from 'react';

export const StationView = lazy(async () => ({
  default: (await import('../station/station.tsx')).StationView,
}));
export const NetworkView = lazy(async () => ({
  default: (await import('../network/network.tsx')).NetworkView,
}));
export const TrendsView = lazy(async () => ({ default: (await import('../trends/trends.tsx')).TrendsView }));
export const LogView = lazy(async () => ({ default: (await import('../log/log.tsx')).LogView }));
export const SettingsView = lazy(async () => ({
  default: (await import('../settings/settings.tsx')).SettingsView,
}));
export const EngineeringView = lazy(async () => ({
  default: (await import('../engineering/engineering.tsx')).EngineeringView,
}));
