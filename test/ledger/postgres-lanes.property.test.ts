import { laneProperty } from './lane-property.ts';
import { postgresStorage } from './postgres-fixtures.ts';

laneProperty('postgres', 12, (clock) => postgresStorage(clock));
