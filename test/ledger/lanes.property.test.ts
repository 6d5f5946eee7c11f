import { sqliteStorage } from './fixtures.ts';
import { laneProperty } from './lane-property.ts';

laneProperty('sqlite', 20, (clock) => sqliteStorage(clock));
