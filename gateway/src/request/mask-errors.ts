import type { ApolloServerPlugin } from '@apollo/server'
import { invalidValueCode } from '@tikitu/federation-executor/write/writer-context'
import type { Log } from '@tikitu/kit/base/log'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import type { GatewayContext } from './context.ts'
import { gatewayCodes, internalError } from './public-errors.ts'

/** Internal extensions. */
const innerExtensions = new Set([
  'serviceName',
  'stacktrace',
  'exception',
  'http',
  'response',
  'query',
  'variables',
  'errorId',
])

const longestMessage = 1_000

export interface ErrorMaskOptions {
  log: Log
  /** The public error codes of services. */
  errorCodes: () => ReadonlySet<string>
  /** Whether messages may suggest names of the schema: only for callers who may introspect it. */
  isHinting: boolean
}

export interface ErrorMask {
  formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError
  /** Masks all errors of a response. */
  showAll: (errors: readonly GraphQLError[], requestId: string) => GraphQLFormattedError[]
  plugin: ApolloServerPlugin<GatewayContext>
}

/**
 * Shows errors with a public code, and replaces others by a generic error with the request id. The log has the original under the same id.
 */
export function createErrorMask({ log, errorCodes, isHinting }: ErrorMaskOptions): ErrorMask {
  const originals = new WeakMap<GraphQLFormattedError, unknown>()
  const explain = (errors: readonly GraphQLFormattedError[], requestId: string): void => {
    const misfits = errors.filter(({ extensions }) => extensions?.code === invalidValueCode)
    if (misfits[0])
      log.error({ requestId, count: misfits.length, ...misfits[0] }, 'a response does not match the schema')
    const causes = new Set<unknown>()
    for (const error of errors) {
      if (error.extensions?.code !== 'INTERNAL_SERVER_ERROR') continue
      Object.assign(error.extensions, { requestId })
      causes.add(causeOf(originals.get(error)))
    }
    for (const cause of causes) if (!isFromSubgraph(cause)) log.error({ err: cause, requestId }, 'unexpected error')
  }
  const formatError: ErrorMask['formatError'] = (formatted, error) => {
    const { message, locations, path, extensions = {} } = formatted
    const code = publicCode(formatted)
    if (gatewayCodes.has(code) || errorCodes().has(code)) {
      const shown = Object.entries(extensions).filter(([name]) => !innerExtensions.has(name))
      return {
        message: cut(isHinting ? message : withoutHint(message)),
        ...(locations && { locations }),
        ...(path && { path }),
        extensions: { ...Object.fromEntries(shown), code },
      }
    }
    const masked = internalError(path)
    originals.set(masked, error)
    return masked
  }
  return {
    formatError,
    showAll: (errors, requestId) => {
      const shown = errors.map((error) => formatError(error.toJSON(), error))
      explain(shown, requestId)
      return shown
    },
    plugin: {
      requestDidStart: async () => ({
        willSendResponse: async ({ response, contextValue }) => {
          const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined
          explain(errors ?? [], contextValue.requestId)
        },
      }),
    },
  }
}

/** Messages of graphql-js quote values of any length. */
function cut(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message
}

/** Suggestions of similar names at the end of a message. */
function withoutHint(message: string): string {
  return message.replace(/ ?Did you mean .+\?$/s, '')
}

/** Restores the code of limits, because Apollo Server gives all parsing and validation errors its own. */
function publicCode({ message, extensions = {} }: GraphQLFormattedError): string {
  const hasTooManyTokens = extensions.code === 'GRAPHQL_PARSE_FAILED' && message.endsWith('tokens. Parsing aborted.')
  return extensions.limit || hasTooManyTokens ? 'OPERATION_TOO_LARGE' : String(extensions.code)
}

/** One failure may be reported at several paths; it is logged once. */
function causeOf(error: unknown): unknown {
  const { originalError } = (error ?? {}) as { originalError?: unknown }
  return isFromSubgraph(error) ? error : (originalError ?? error)
}

/** These errors were logged where they occurred. */
function isFromSubgraph(error: unknown): boolean {
  return (error as { extensions?: { serviceName?: unknown } } | undefined)?.extensions?.serviceName !== undefined
}
