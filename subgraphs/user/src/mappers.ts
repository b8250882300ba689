/** Which row stands behind which GraphQL type: read by the code generator. */
export const mappers = {
  Address: '../db/tables.ts#AddressRow',
  User: '../db/tables.ts#UserRow',
  UserPreferences: '../db/tables.ts#UserPreferencesRow',
}
