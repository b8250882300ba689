import type { ApolloServerPlugin } from '@apollo/server'
import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql'
import { type Measures, measureDocument } from './measure-document.ts'

/** Limits of a document. The parser checks `tokens`. */
export interface Limits extends Measures {
  tokens: number
}

/** The number of errors after which validation stops. */
export const maxValidationErrors = 20

const meanings: Readonly<Record<keyof Measures, string>> = {
  depth: 'levels of nested fields',
  height: 'fields, with fragments spread out',
  aliases: 'aliases and repeated fields',
  rootFields: 'root fields',
  directives: 'directives',
  recursion: 'levels of one field nested in itself',
}

/**
 * Rejects documents over the limits. It runs before all other rules and then stops validation, because some rules take quadratic time on
 * large documents.
 */
export function limitRule(limits: Limits): (context: ValidationContext) => ASTVisitor {
  return (context) => ({
    Document: (document) => {
      const measures = measureDocument(document)
      const exceeded = (Object.keys(meanings) as (keyof Measures)[]).filter((name) => measures[name] > limits[name])
      for (const name of exceeded) context.reportError(tooLarge(name, limits[name]))
      if (exceeded.length > 0) endValidation(context)
    },
  })
}

/** Reported until validation stops; `limitPlugin` removes it. */
const stop = new GraphQLError('Validation stopped.')

/** Stops validation: no other rule reads the document. Call it when the document is entered. */
export function endValidation(context: ValidationContext): void {
  for (let left = maxValidationErrors; left >= 0; left--) context.reportError(stop)
}

/** Reduces the errors of a stopped validation to its causes. */
export const limitPlugin: ApolloServerPlugin = {
  requestDidStart: async () => ({
    validationDidStart: async () => async (found) => {
      const errors = (found ?? []) as GraphQLError[]
      errors.splice(0, errors.length, ...onlyLimits(errors))
    },
  }),
}

/** The causes of a stopped validation; for others, all errors. */
export function onlyLimits(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const end = errors.indexOf(stop)
  return end === -1 ? errors : errors.slice(0, end)
}

function tooLarge(name: keyof Measures, max: number): GraphQLError {
  return new GraphQLError(`The document has more than ${max} ${meanings[name]}. Request less at a time.`, {
    extensions: { limit: name, max },
  })
}
