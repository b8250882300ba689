import type { ApolloGateway } from '@apollo/gateway'
import { createLruCache, type LruCache } from '@tikitu/federation-executor/lib/lru-cache'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql'
import { type Limits, limitRule, maxValidationErrors, onlyLimits } from '../limits/limit-rule.ts'
import type { GatewayContext } from '../request/context.ts'
import { withCode } from '../request/with-code.ts'
import { plainSubscriptionRule } from './plain-subscription-rule.ts'
import { hashOf } from './read-manifest.ts'

export interface OperationParserOptions {
  limits: Limits
  /** Whether documents may ask for the schema. */
  introspection: boolean
  /** Called with the request context for each text that must be parsed and validated. */
  onReading: (context: GatewayContext, text: string) => void
}

/** An operation that may be run as far as its text goes: it was parsed, measured against the limits, and validated. */
export interface ParsedOperation {
  /** The schema it was validated against. */
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  /** What the document is known by. */
  hash: string
}

/** Finds out whether a text can be run. Errors have the codes that Apollo Server gives them. */
export type ParseOperation = (
  text: string,
  operationName?: string | null,
  /** Whose request it is in; nobody's, when the gateway asks by itself. */
  context?: GatewayContext,
) => ParsedOperation | { errors: readonly GraphQLError[] }

type Valid = Pick<ParsedOperation, 'schema' | 'document' | 'hash'>

const badRequest = { status: 400 }
const cacheSize = { maxCount: 2_000, maxKeyChars: 2_000_000 }

/** Prepares texts for the schema that the gateway has loaded, each once. */
export function createOperationParser(gateway: ApolloGateway, options: OperationParserOptions): ParseOperation {
  let schema: GraphQLSchema | null = null
  let texts: LruCache<Valid> = createLruCache(cacheSize)
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema
    texts = createLruCache(cacheSize)
  })
  const read = (text: string, context: GatewayContext | undefined): Valid | { errors: readonly GraphQLError[] } => {
    const known = texts.get(text)
    if (known) return known
    if (!schema) throw new Error('no supergraph is loaded')
    if (context) options.onReading(context, text)
    const found = readText(schema, text, options)
    if ('document' in found) texts.set(text, found)
    return found
  }
  return (text, operationName, context) => {
    const valid = read(text, context)
    if ('errors' in valid) return valid
    const operation = getOperationAST(valid.document, operationName)
    return operation
      ? { ...valid, operation }
      : { errors: [withCode(unknownOperation(operationName), 'OPERATION_RESOLUTION_FAILURE', badRequest)] }
  }
}

/** What documents have to keep to besides what GraphQL itself says. */
export function validationRulesOf({
  limits,
  introspection,
}: Pick<OperationParserOptions, 'limits' | 'introspection'>): ValidationRule[] {
  const rules = [limitRule(limits), plainSubscriptionRule]
  return introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule]
}

function readText(
  schema: GraphQLSchema,
  text: string,
  options: OperationParserOptions,
): Valid | { errors: readonly GraphQLError[] } {
  let document: DocumentNode
  try {
    document = parse(text, { maxTokens: options.limits.tokens })
  } catch (error) {
    return { errors: [withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED', badRequest)] }
  }
  const rules = [...specifiedRules, ...validationRulesOf(options)]
  const errors = validate(schema, document, rules, { maxErrors: maxValidationErrors })
  if (errors.length === 0) return { schema, document, hash: hashOf(text) }
  return { errors: onlyLimits(errors).map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED', badRequest)) }
}

/** No operation of the document is the one that is meant. */
export function unknownOperation(name: string | null | undefined): GraphQLError {
  return new GraphQLError(
    name ? `There is no operation named ${name} in this document.` : 'operationName must say which operation to run.',
  )
}
