import type { ApolloServerPlugin } from '@apollo/server'
import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql'
import { type Measures, measureDocument } from './measure-document.ts'

/** What a document may hold at most. `tokens` is checked by the parser. */
export interface Limits extends Measures {
  tokens: number
}

/** Validation ends after so many errors. */
export const maxValidationErrors = 20

const meanings: Readonly<Record<keyof Measures, string>> = {
  depth: 'levels of nested fields',
  height: 'fields, with fragments spread out',
  aliases: 'aliases and repeated fields',
  rootFields: 'root fields',
  directives: 'directives',
  recursion: 'levels of one field within itself',
}

/**
 * Refuses documents that ask for too much. It is said of the whole document before any other rule reads it, and validation
 * ends there: some rules take quadratic time, and a document that is too large is just what would make them.
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

/** Reported until validation gives up; `limitPlugin` takes it out again. */
const stop = new GraphQLError('Validation ends here.')

/** Ends validation with what has been found: no other rule reads the document. To be called when the document is entered. */
export function endValidation(context: ValidationContext): void {
  for (let left = maxValidationErrors; left >= 0; left--) context.reportError(stop)
}

/** Leaves of the errors of a document whose validation was ended only those that say why. */
export const limitPlugin: ApolloServerPlugin = {
  requestDidStart: async () => ({
    validationDidStart: async () => async (found) => {
      const errors = (found ?? []) as GraphQLError[]
      errors.splice(0, errors.length, ...onlyLimits(errors))
    },
  }),
}

/** Of the errors of a document whose validation was ended, those that say why; of another's, all. */
export function onlyLimits(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const end = errors.indexOf(stop)
  return end === -1 ? errors : errors.slice(0, end)
}

function tooLarge(name: keyof Measures, max: number): GraphQLError {
  return new GraphQLError(`This document has more than ${max} ${meanings[name]}: ask for less at a time.`, {
    extensions: { limit: name, max },
  })
}
