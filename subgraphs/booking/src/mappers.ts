/** Which row stands behind which GraphQL type: read by the code generator. */
export const mappers = {
  HeldPlace: '../db/tables.ts#PlaceRow',
  Hold: '../db/tables.ts#HoldRow',
  Performance: '../db/tables.ts#PerformanceRow',
  PriceTier: '../db/tables.ts#PriceTierRow',
}
