// biome-ignore-all lint/performance/noBarrelFile: what the package gives by this name
// biome-ignore-all lint/performance/noReExportAll: all of it
export * from './generated/graphql.ts'
