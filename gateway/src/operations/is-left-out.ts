import {
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  type SelectionNode,
} from 'graphql'

/** Whether `@skip` or `@include` excludes a selection. Selections whose condition cannot be evaluated stay. */
export function isLeftOut(selection: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (!selection.directives?.length) return false
  try {
    const isSkipped = getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true
    return isSkipped || getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if === false
  } catch (error) {
    if (error instanceof GraphQLError) return false
    throw error
  }
}
