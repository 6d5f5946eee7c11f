/** Integration platforms (NDXP, NGSP, LGSP, VXP) for adapters: configuration, the line's headers, and the door for their simulators. docs/lgsp.md */
export { adviseGateway, checkGateway, gatewayAuthSchema, type GatewayAuth } from './config.ts';
export { openGatewayAuth, type GatewayAuthDeps, type GatewayLine } from './auth.ts';
export { createGatewayDoor, GATEWAY_KINDS, type AtDoor, type GatewayDoor, type GatewayDoorOptions, type GatewayKind } from './door.ts';
