/** Which row stands behind which GraphQL type: read by the code generator. */
export const mappers = {
  Availability: '../domain/availability.ts#AvailabilityView',
  Event: '../db/tables/catalogue.ts#EventRow',
  HeldPlace: '../db/tables/inventory.ts#PlaceRow',
  Hold: '../db/tables/inventory.ts#HoldRow',
  HouseHold: '../domain/list-house-holds.ts#HouseHoldView',
  Performance: '../db/tables/catalogue.ts#PerformanceRow',
  PriceTier: '../db/tables/catalogue.ts#PriceTierRow',
  SeatMap: '../db/tables/catalogue.ts#PerformanceRow',
}
