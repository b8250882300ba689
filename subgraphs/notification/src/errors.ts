import { DomainError } from '@tikitu/kit/base/errors'
import type { Category, Channel } from './db/columns.ts'

/** What people must know always comes by e-mail. Nothing was changed. */
export class PreferenceLocked extends DomainError {
  override readonly name = 'PreferenceLocked'
  readonly code = 'PREFERENCE_LOCKED'
  readonly category: Category
  readonly channel: Channel
  constructor(category: Category, channel: Channel) {
    super(`Messages about ${category.toLowerCase()} always come by e-mail: choose another channel to switch off.`, {
      category,
      channel,
    })
    this.category = category
    this.channel = channel
  }
}

/** A text that cannot be used. Nothing was changed. */
export class TemplateInvalid extends DomainError {
  override readonly name = 'TemplateInvalid'
  readonly code = 'TEMPLATE_INVALID'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`The template is invalid: ${problems.join('; ')}.`, { problems })
    this.problems = problems
  }
}
