/**
 * Suggestions while somebody types into a search box: an editable combobox with list autocomplete and manual selection
 * (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Choosing one goes to its page; Enter without a choice searches.
 * Whatever fails, the box stays the plain form it was.
 */
const WAIT = 120
const SHORTEST = 2

/** An element with attributes and text. */
const make = (name, attributes, text = '') => {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.textContent = text
  return element
}

export const suggestIn = (box) => {
  const input = box.querySelector('input')
  const { suggest, label, count, hint, none } = box.dataset
  const id = `${input.id}-list`
  const list = make('ul', { id, role: 'listbox', class: 'qin-suggestions', 'aria-label': label, hidden: '' })
  const status = make('span', { role: 'status', class: 'nhsuk-u-visually-hidden' })
  let chosen = -1
  let asked = ''
  let timer
  let request

  box.append(list, status)
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': id
  })) input.setAttribute(name, value)

  const choose = (index) => {
    list.children[chosen]?.removeAttribute('aria-selected')
    chosen = index
    const option = list.children[chosen]
    if (!option) return input.removeAttribute('aria-activedescendant')
    option.setAttribute('aria-selected', 'true')
    option.scrollIntoView({ block: 'nearest' })
    input.setAttribute('aria-activedescendant', option.id)
  }

  const open = (wanted) => {
    list.hidden = !wanted
    input.setAttribute('aria-expanded', String(wanted))
    choose(-1)
  }

  /** No list, and no answer that would open it later. */
  const close = () => {
    clearTimeout(timer)
    request?.abort()
    open(false)
  }

  const show = (found) => {
    list.replaceChildren(...found.map(({ title, url, kind }, index) => {
      const option = make('li', { id: `${id}-${index}`, role: 'option', 'data-url': url })
      option.append(make('span', {}, title), ' ', make('span', { class: 'qin-suggestions__kind' }, kind))
      return option
    }))
    open(found.length > 0)
    status.textContent = found.length ? `${count} ${found.length}. ${hint}` : none
  }

  const ask = async (typed) => {
    request = new AbortController()
    try {
      const response = await fetch(`${suggest}?q=${encodeURIComponent(typed)}`, { signal: request.signal })
      if (!response.ok) return
      const { suggestions } = await response.json()
      asked = typed
      show(suggestions)
    } catch {
      // A newer letter was typed, or the network is away: the form works without suggestions.
    }
  }

  /** Opens what there is already, or asks when something else stands in the box now. */
  const offer = () => {
    const typed = input.value.trim()
    close()
    if (typed.length < SHORTEST) {
      status.textContent = ''
      asked = ''
      list.replaceChildren()
    } else if (typed === asked) {
      open(list.children.length > 0)
    } else {
      timer = setTimeout(ask, WAIT, typed)
    }
  }

  const move = (step) => {
    const { length } = list.children
    if (list.hidden) {
      offer()
      if (list.hidden) return
    }
    // From the box itself (-1) down to the first, up to the last; beyond either end back into the box.
    choose((chosen + 1 + step + length + 1) % (length + 1) - 1)
  }

  const keys = {
    ArrowDown: (event) => event.altKey ? offer() : move(1),
    ArrowUp: (event) => event.altKey ? close() : move(-1),
    Enter: () => {
      const option = list.children[chosen]
      if (!option) return close() ?? false
      location.assign(option.dataset.url)
    },
    Escape: () => {
      if (list.hidden) input.value = ''
      close()
    },
    // In the text as ever; nothing in the list stays chosen.
    Home: () => choose(-1) ?? false,
    End: () => choose(-1) ?? false,
    ArrowLeft: () => choose(-1) ?? false,
    ArrowRight: () => choose(-1) ?? false,
    Tab: () => close() ?? false
  }

  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || !(event.key in keys)) return
    if (keys[event.key](event) !== false) event.preventDefault()
  })
  input.addEventListener('input', offer)
  input.addEventListener('blur', close)
  // Pressing the mouse on an option would take the focus away, and with it the list.
  list.addEventListener('mousedown', (event) => event.preventDefault())
  list.addEventListener('click', ({ target }) => {
    const option = target.closest('[data-url]')
    if (option) location.assign(option.dataset.url)
  })
}
