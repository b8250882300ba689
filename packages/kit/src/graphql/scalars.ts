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
import { isCurrency } from '../base/currencies.ts'
import { timeZoneName } from '../base/time-zone.ts'

const CurrencyCode = new GraphQLScalarType<string, string>({
  name: 'CurrencyCode',
  description: 'A current ISO 4217 currency code, such as EUR.',
  serialize: writeCurrency,
  parseValue: readCurrency,
  parseLiteral: (node) => readCurrency(node.kind === Kind.STRING ? node.value : null),
})

/** The scalars that schema/common.graphql declares. `DateTime` is a Date inside and ISO 8601 outside. */
export const scalars = {
  CountryCode: GraphQLCountryCode,
  CurrencyCode,
  DateTime: withinSupportedYears(renamed(GraphQLDateTimeISO, 'DateTime')),
  EmailAddress: atMost(254, GraphQLEmailAddress),
  JSON: GraphQLJSON,
  Locale: atMost(35, GraphQLLocale),
  LocalDate: withinSupportedYears(GraphQLLocalDate),
  PhoneNumber: atMost(16, ofE164(GraphQLPhoneNumber)),
  SafeInt: GraphQLSafeInt,
  TimeZone: rememberingZones(namedZones(GraphQLTimeZone)),
  URL: atMost(2_048, GraphQLURL),
}

function readCurrency(value: unknown): string {
  if (typeof value === 'string' && isCurrency(value)) return value
  throw new GraphQLError('CurrencyCode must be a current ISO 4217 currency, such as EUR.')
}

/** Wider than what comes in: what was paid in a currency that has ended since is still to be told. */
function writeCurrency(value: unknown): string {
  if (typeof value === 'string' && /^[A-Z]{3}$/.test(value)) return value
  throw new GraphQLError('CurrencyCode must be an ISO 4217 code, such as EUR.')
}

/** What comes in is E.164 to the letter. The library's pattern takes more, and exponential time for some of it. */
function ofE164(scalar: GraphQLScalarType): GraphQLScalarType {
  const read = (value: unknown): string => {
    if (typeof value === 'string' && /^\+[1-9]\d{5,14}$/.test(value)) return value
    throw new GraphQLError('PhoneNumber must be in E.164 format, such as +6281234567890.')
  }
  return new GraphQLScalarType({
    ...scalar.toConfig(),
    parseValue: read,
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : null),
  })
}

/** Refuses anything but a text of limited length before parsing. */
function atMost(characters: number, scalar: GraphQLScalarType): GraphQLScalarType {
  const config = scalar.toConfig()
  const check = (value: unknown): void => {
    if (typeof value !== 'string') throw new GraphQLError(`${config.name} must be a string.`)
    if (value.length > characters) throw new GraphQLError(`${config.name} must be at most ${characters} characters.`)
  }
  return new GraphQLScalarType({
    ...config,
    parseValue: (value) => {
      check(value)
      return config.parseValue(value)
    },
    parseLiteral: (node, variables) => {
      check(node.kind === Kind.STRING ? node.value : null)
      return config.parseLiteral(node, variables)
    },
  })
}

/** Dates that Postgres and calendars support; ISO 8601 allows more. */
function withinSupportedYears(scalar: GraphQLScalarType): GraphQLScalarType {
  const config = scalar.toConfig()
  const check = (value: unknown): unknown => {
    const year = new Date(value as Date | string).getUTCFullYear()
    if (year >= 1000 && year <= 9999) return value
    throw new GraphQLError(`${config.name} must be in the years 1000 to 9999.`)
  }
  return new GraphQLScalarType({
    ...config,
    parseValue: (value) => check(config.parseValue(value)),
    parseLiteral: (node, variables) => check(config.parseLiteral(node, variables)),
  })
}

/** What comes in is a name of the IANA database, in its own capitals; what was kept before goes out as it is. */
function namedZones(scalar: GraphQLScalarType): GraphQLScalarType {
  const parse = (value: unknown): string => {
    const name = typeof value === 'string' ? timeZoneName(value) : null
    if (name) return name
    throw new GraphQLError(
      'TimeZone must be an IANA time zone name, such as Europe/Vienna. UTC offsets are not accepted.',
    )
  }
  return new GraphQLScalarType({
    ...scalar.toConfig(),
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : null),
  })
}

const maxZones = 1_000

/** Cached, since validating a zone by Intl is slow. */
function rememberingZones(scalar: GraphQLScalarType): GraphQLScalarType {
  const config = scalar.toConfig()
  const known = new Set<unknown>()
  const serialize = (value: unknown): unknown => {
    if (known.has(value)) return value
    const zone = config.serialize(value)
    if (known.size < maxZones) known.add(zone)
    return zone
  }
  return new GraphQLScalarType({ ...config, serialize })
}

function renamed(scalar: GraphQLScalarType, name: string): GraphQLScalarType {
  return new GraphQLScalarType({ ...scalar.toConfig(), name })
}
