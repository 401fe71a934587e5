/**
 * Counts the words of fields whose panel says how many it takes (data-word-limit).
 * Rows that the editor adds later count too: the listeners are on the document. The count is told politely to screen
 * readers, a moment after the typing stops, and tied to its field.
 */
(() => {
  const WAIT = 700

  const wordsIn = (text) => (text.trim().match(/\S+/g) || []).length

  const sentence = (words, limit) => {
    const { gettext, ngettext, interpolate } = window
    const over = words - limit
    const translate = ngettext || ((one, many, number) => (number === 1 ? one : many))
    const fill = interpolate || ((text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]))
    if (over > 0) {
      const text = translate('%(words)s of %(limit)s words: %(over)s word too many', '%(words)s of %(limit)s words: %(over)s words too many', over)
      return fill(text, { words, limit, over }, true)
    }
    return fill((gettext || String)('%(words)s of %(limit)s words'), { words, limit }, true)
  }

  const counterOf = (field) => {
    const panel = field.closest('[data-word-limit]')
    if (!panel || !field.matches('textarea, input[type="text"]')) return null
    const id = `${field.id || field.name}-words`
    const known = document.getElementById(id)
    if (known) return known
    const shown = document.createElement('p')
    shown.id = id
    shown.className = 'qin-word-count'
    const told = document.createElement('span')
    told.className = 'w-sr-only'
    told.setAttribute('aria-live', 'polite')
    field.after(shown, told)
    field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') || ''} ${id}`.trim())
    return shown
  }

  const show = (field, tell) => {
    const counter = counterOf(field)
    if (!counter) return
    const limit = Number(field.closest('[data-word-limit]').dataset.wordLimit)
    const words = wordsIn(field.value)
    counter.textContent = sentence(words, limit)
    counter.classList.toggle('qin-word-count--over', words > limit)
    clearTimeout(counter.timer)
    if (tell) counter.timer = setTimeout(() => { counter.nextElementSibling.textContent = counter.textContent }, WAIT)
  }

  const showAll = () => {
    for (const field of document.querySelectorAll('[data-word-limit] textarea, [data-word-limit] input[type="text"]')) show(field, false)
  }

  document.addEventListener('input', (event) => show(event.target, true))
  document.addEventListener('focusin', (event) => show(event.target, false))
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', showAll)
  else showAll()
})()
