import { type GraphQLError, type GraphQLResolveInfo, getArgumentValues, locatedError, type ResponsePath } from 'graphql'
import type { FieldPlan, Position, Variant } from './output-plan.ts'

/** One execution of an operation: what it has found, and what it still waits for. */
export class ExecutionContext {
  readonly errors: GraphQLError[] = []
  readonly variant: Variant
  readonly context: unknown
  readonly variables: Readonly<Record<string, unknown>>
  private pending = 0
  private readonly args = new Map<FieldPlan, Record<string, unknown>>()
  private resolve: (() => void) | null = null
  private reject: ((reason: unknown) => void) | null = null

  constructor(variant: Variant, context: unknown, variables: Readonly<Record<string, unknown>>) {
    this.variant = variant
    this.context = context
    this.variables = variables
  }

  isIdle(): boolean {
    return this.pending === 0
  }

  /** Resolves when no promise is pending. */
  whenIdle(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  /** Goes on with what a promise comes to. */
  await(promise: PromiseLike<unknown>, take: (value: unknown) => void, refuse: (reason: unknown) => void): void {
    this.pending++
    promise.then(
      (value) => this.goOn(take, value),
      (reason) => this.goOn(refuse, reason),
    )
  }

  /** The arguments of a field, read once for all the objects that it is asked of. @throws what is wrong with them */
  argsOf(plan: FieldPlan): Readonly<Record<string, unknown>> {
    if (plan.args) return plan.args
    const known = this.args.get(plan)
    if (known) return known
    const [node] = plan.nodes
    if (!node) throw new Error(`field ${plan.name} has no node`)
    const args = getArgumentValues(plan.definition, node, this.variables)
    // What a resolver may change is made anew for each.
    if (Object.values(args).every((value) => typeof value !== 'object' || value === null)) this.args.set(plan, args)
    return args
  }

  private goOn(take: (value: unknown) => void, value: unknown): void {
    try {
      take(value)
      this.pending--
      if (this.pending === 0) this.resolve?.()
    } catch (error) {
      this.reject?.(error)
    }
  }
}

/** An object or a list of the answer, and where it stands. */
export class ResponseNode {
  readonly execution: ExecutionContext
  readonly value: Record<string | number, unknown>
  /** Null for the answer itself. */
  readonly up: ResponseNode | null
  readonly position: Position | null
  isNulled = false

  constructor(execution: ExecutionContext, value: object, place: { up: ResponseNode; position: Position } | null) {
    this.execution = execution
    this.value = value as Record<string | number, unknown>
    this.up = place?.up ?? null
    this.position = place?.position ?? null
  }
}

/** A place could not be filled: the error is told, and the place is null, or else the nearest around it that may be. */
export function handleFieldError(parent: ResponseNode, position: Position, reason: unknown): void {
  if (isDiscarded(parent)) return
  const path: (string | number)[] = []
  for (let at: ResponseNode | null = parent; at?.position; at = at.up) path.unshift(at.position.key)
  parent.execution.errors.push(locatedError(reason, position.plan.nodes, [...path, position.key]))
  if (position.output.isNonNull) propagateNull(parent)
  else parent.value[position.key] = null
}

/** What cannot be null around a place that is: up to where null is allowed, or to the answer itself. */
function propagateNull(parent: ResponseNode): void {
  for (let at = parent; ; at = at.up) {
    at.isNulled = true
    if (!at.up || !at.position) return
    if (!at.position.output.isNonNull) {
      at.up.value[at.position.key] = null
      return
    }
  }
}

/** Whether what is found here no longer has a place in the answer: its errors would be of nothing that anybody sees. */
function isDiscarded(parent: ResponseNode): boolean {
  for (let at: ResponseNode | null = parent; at; at = at.up) if (at.isNulled) return true
  return false
}

/** The `info` argument of resolvers. Each part is computed on access, as most resolvers use none. */
export class ResolveInfo implements GraphQLResolveInfo {
  private readonly parent: ResponseNode
  private readonly plan: FieldPlan

  constructor(parent: ResponseNode, plan: FieldPlan) {
    this.parent = parent
    this.plan = plan
  }

  get fieldName() {
    return this.plan.name
  }
  get fieldNodes() {
    return this.plan.nodes
  }
  get returnType() {
    return this.plan.definition.type
  }
  get parentType() {
    return this.plan.parentType
  }
  get path(): ResponsePath {
    return pathOf(this.parent, this.plan)
  }
  get schema() {
    return this.plan.variant.schema
  }
  get fragments() {
    return this.plan.variant.fragments
  }
  get rootValue(): undefined {
    return undefined
  }
  get operation() {
    return this.plan.variant.operation
  }
  get variableValues() {
    return this.parent.execution.variables
  }
}

function pathOf(parent: ResponseNode, position: Position): ResponsePath {
  const prev = parent.up && parent.position ? pathOf(parent.up, parent.position) : undefined
  return {
    prev,
    key: position.key,
    typename: typeof position.key === 'number' ? undefined : position.plan.parentType.name,
  }
}
