import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'
import {
  GraphQLCountryCode,
  GraphQLDateTimeISO,
  GraphQLEmailAddress,
  GraphQLJSON,
  GraphQLLocalDate,
  GraphQLLocale,
  GraphQLPhoneNumber,
  GraphQLSafeInt,
  GraphQLTimeZone,
  GraphQLURL,
} from 'graphql-scalars'
import { isCurrency } from './money.ts'

const CurrencyCode = new GraphQLScalarType<string, string>({
  name: 'CurrencyCode',
  description: 'A currency code of ISO 4217, such as EUR.',
  serialize: readCurrency,
  parseValue: readCurrency,
  parseLiteral: (node) => readCurrency(node.kind === Kind.STRING ? node.value : null),
})

/** The scalars that schema/common.graphql declares. `DateTime` is a Date inside and ISO 8601 outside. */
export const scalars = {
  CountryCode: GraphQLCountryCode,
  CurrencyCode,
  DateTime: renamed(GraphQLDateTimeISO, 'DateTime'),
  EmailAddress: GraphQLEmailAddress,
  JSON: GraphQLJSON,
  Locale: GraphQLLocale,
  LocalDate: GraphQLLocalDate,
  PhoneNumber: GraphQLPhoneNumber,
  SafeInt: GraphQLSafeInt,
  TimeZone: GraphQLTimeZone,
  URL: GraphQLURL,
}

function readCurrency(value: unknown): string {
  if (typeof value === 'string' && isCurrency(value)) return value
  throw new GraphQLError(`CurrencyCode must be a code of ISO 4217, such as EUR.`)
}

function renamed(scalar: GraphQLScalarType, name: string): GraphQLScalarType {
  return new GraphQLScalarType({ ...scalar.toConfig(), name })
}
