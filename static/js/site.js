/**
 * Small conveniences. Every page reads, filters and submits without this file; what only works with it is hidden in the
 * HTML (`hidden`) until it runs.
 */
import { suggestIn } from './combobox.js'
import './quiz.js'

const wide = window.matchMedia('(min-width: 62em)')

/** Browsers that cannot style a closed <details> as open get the filters opened on a wide screen (see _filters.scss). */
const filters = document.querySelector('[data-filters]')
if (filters) {
  const fit = () => { filters.open = wide.matches }
  fit()
  wide.addEventListener('change', fit)
}

/** The menu closes with Escape and when focus or a click goes elsewhere, as people expect of a menu. */
const menu = document.querySelector('[data-menu]')
if (menu) {
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    menu.open = false
    menu.querySelector('summary').focus()
  })
  for (const type of ['click', 'focusin']) {
    document.addEventListener(type, ({ target }) => { if (!menu.contains(target)) menu.open = false })
  }
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

/** The browser offers its clipboard on secure pages only; elsewhere the button stays hidden. */
if (navigator.clipboard) {
  for (const button of document.querySelectorAll('[data-copy]')) {
    const source = document.getElementById(button.dataset.copy)
    const status = document.getElementById(`${button.dataset.copy}-status`)
    button.hidden = false
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(source.textContent.trim().replace(/\s+/g, ' '))
        status.textContent = button.dataset.done
      } catch {
        status.textContent = button.dataset.failed
      }
    })
  }
}

/** A video from another host loads, and sets its cookies, only once somebody asks for it. */
for (const link of document.querySelectorAll('a[data-video]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault()
    const frame = document.createElement('iframe')
    frame.src = link.dataset.video
    frame.title = link.dataset.title
    frame.allow = 'fullscreen; picture-in-picture'
    frame.className = 'qin-video__frame'
    link.replaceWith(frame)
    frame.focus()
  })
}

for (const box of document.querySelectorAll('[data-suggest]')) suggestIn(box)
