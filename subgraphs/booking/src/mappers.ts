/** Which row stands behind which GraphQL type: read by the code generator. */
export const mappers = {
  HeldPlace: '../db/tables/inventory.ts#PlaceRow',
  Hold: '../db/tables/inventory.ts#HoldRow',
  Performance: '../db/tables/catalogue.ts#PerformanceRow',
  PriceTier: '../db/tables/catalogue.ts#PriceTierRow',
}
