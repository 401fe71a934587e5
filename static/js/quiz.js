/**
 * Saves an answer as it is given, and says whether it is saved. Without this file the buttons do the same.
 * A save that fails is tried again; the server keeps the newest (`sequence` grows), so nothing is lost or doubled.
 */
const form = document.querySelector('[data-quiz]')
if (form) {
  const state = form.querySelector('[data-state]')
  const sequence = form.elements.sequence
  let timer
  let pause = 1000

  const save = async () => {
    clearTimeout(timer)
    const sent = new FormData(form)
    state.textContent = form.dataset.saving
    try {
      const response = await fetch(form.action, { method: 'POST', body: sent, headers: { Accept: 'application/json' } })
      if (response.status === 401) state.textContent = form.dataset.signedOut
      else if (response.status === 409) location.assign((await response.json()).address)
      else if (!response.ok) throw new Error(response.status)
      else if (sent.get('sequence') === sequence.value) state.textContent = form.dataset.saved
      pause = 1000
    } catch {
      state.textContent = form.dataset.failed
      timer = setTimeout(save, pause)
      pause = Math.min(pause * 2, 30000)
    }
  }

  form.addEventListener('change', () => {
    sequence.value = String(Number(sequence.value) + 1)
    save()
  })
  form.addEventListener('submit', () => {
    clearTimeout(timer)
    sequence.value = String(Number(sequence.value) + 1)
  })
}
