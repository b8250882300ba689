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
  /** Whether introspection is allowed. */
  introspection: boolean
  /** Called with the request context for each text to parse and validate. */
  onReading: (context: GatewayContext, text: string) => void
}

/** A parsed operation that passed the limits and validation. */
export interface ParsedOperation {
  /** The schema that it was validated against. */
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  /** Identifies the document. */
  hash: string
}

/** Parses and validates a text. Errors have Apollo Server's codes. */
export type ParseOperation = (
  text: string,
  operationName?: string | null,
  /** The context of the request; absent for the gateway's own operations. */
  context?: GatewayContext,
) => ParsedOperation | { errors: readonly GraphQLError[] }

type Valid = Pick<ParsedOperation, 'schema' | 'document' | 'hash'>

const badRequest = { status: 400 }
const cacheSize = { maxCount: 2_000, maxKeyChars: 2_000_000 }

/** Parses and validates each text once for the current schema. */
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

/** Validation rules besides those of GraphQL. */
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

/** The document has no operation of the requested name. */
export function unknownOperation(name: string | null | undefined): GraphQLError {
  return new GraphQLError(
    name ? `There is no operation named ${name} in this document.` : 'operationName must say which operation to run.',
  )
}
