import { type GraphQLError, type GraphQLResolveInfo, getArgumentValues, locatedError, type ResponsePath } from 'graphql'
import type { FieldPlan, Slot, Variant } from './output-plan.ts'

/** One execution of an operation: what it has found, and what it still waits for. */
export class Run {
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

  /** Resolves when nothing is waited for any more. */
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
export class Holder {
  readonly run: Run
  readonly value: Record<string | number, unknown>
  /** Null for the answer itself. */
  readonly up: Holder | null
  readonly slot: Slot | null
  isDead = false

  constructor(run: Run, value: object, place: { up: Holder; slot: Slot } | null) {
    this.run = run
    this.value = value as Record<string | number, unknown>
    this.up = place?.up ?? null
    this.slot = place?.slot ?? null
  }
}

/** A place could not be filled: the error is told, and the place is null, or else the nearest around it that may be. */
export function fail(holder: Holder, slot: Slot, reason: unknown): void {
  if (isLost(holder)) return
  const path: (string | number)[] = []
  for (let at: Holder | null = holder; at?.slot; at = at.up) path.unshift(at.slot.key)
  holder.run.errors.push(locatedError(reason, slot.plan.nodes, [...path, slot.key]))
  if (slot.shape.isNonNull) give(holder)
  else holder.value[slot.key] = null
}

/** What cannot be null around a place that is: up to where null is allowed, or to the answer itself. */
function give(holder: Holder): void {
  for (let at = holder; ; at = at.up) {
    at.isDead = true
    if (!at.up || !at.slot) return
    if (!at.slot.shape.isNonNull) {
      at.up.value[at.slot.key] = null
      return
    }
  }
}

/** Whether what is found here no longer has a place in the answer: its errors would be of nothing that anybody sees. */
function isLost(holder: Holder): boolean {
  for (let at: Holder | null = holder; at; at = at.up) if (at.isDead) return true
  return false
}

/** What resolvers are told of where they are: each part is made when it is asked for, as most of them never do. */
export class Info implements GraphQLResolveInfo {
  private readonly holder: Holder
  private readonly plan: FieldPlan

  constructor(holder: Holder, plan: FieldPlan) {
    this.holder = holder
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
    return pathOf(this.holder, this.plan)
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
    return this.holder.run.variables
  }
}

function pathOf(holder: Holder, slot: Slot): ResponsePath {
  const prev = holder.up && holder.slot ? pathOf(holder.up, holder.slot) : undefined
  return { prev, key: slot.key, typename: typeof slot.key === 'number' ? undefined : slot.plan.parentType.name }
}
