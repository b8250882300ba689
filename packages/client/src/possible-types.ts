// biome-ignore-all lint/performance/noBarrelFile: what the package gives by this name
export { possibleTypes } from './generated/possible-types.ts'
