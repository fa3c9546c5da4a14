/** What the equipment behind a circuit stands, by kind. */
import type { CircuitKind } from '../config.ts';

/**
 * Highest supply temperature, °C. Radiators 85 and floor 60: GB 50736 (above it screed and covering suffer).
 * Ventilation 95 and hot water 65 are our choice: water in an open secondary network must stay below boiling,
 * and hotter tap water scalds within seconds.
 */
export const EQUIPMENT_MAXIMUM_C: Readonly<Record<CircuitKind, number>> = {
  radiators: 85,
  floor: 60,
  ventilation: 95,
  dhw: 65,
};

/** Domestic hot water is kept at least this warm, °C: legionella does not grow above it. */
export const HYGIENE_MINIMUM_C = 55;

/** Supply temperature, °C, that keeps pipes and emitters from freezing in the farthest room; our choice. */
export const FROST_SUPPLY_C: Readonly<Record<CircuitKind, number>> = {
  radiators: 30,
  floor: 25,
  ventilation: 30,
  dhw: 30,
};
/** Outdoor temperature and circuit's return, °C, below which frost protection acts. */
export const FROST_OUTDOOR_C = 3;
export const FROST_RETURN_C = 10;
/** Circulation under frost, as a share of the design flow, where no lowest flow is set. */
export const FROST_FLOW_RATIO = 0.2;
