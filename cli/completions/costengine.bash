# bash completion for costengine

# The names that "costengine profiles list" has under the heading that ends with ($1).
_costengine_names() {
  costengine profiles list 2>/dev/null |
    awk -v option="($1)" '/^[^ ]/ {on = index($0, option)} on && /^  / {print $1}'
}

_costengine() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} options=
  local observe='--request-id --traceparent --log --log-format --log-level --metrics --trace'
  COMPREPLY=()

  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W 'estimate inspect batch profiles cache -h --help --version' -- "$cur")
    return
  fi
  case $command in
    estimate) options="-h --help --unit --threads --profile --material --set --prices --quantity
                       --plate --layers --json --csv --force --strict
                       --cache --cache-mib --cache-days $observe" ;;
    inspect) options="-h --help --unit --threads --profile --json --strict
                       --cache --cache-mib --cache-days $observe" ;;
    batch) options="-h --help --output --jobs --resume --cache --cache-mib --cache-days --no-isolate --order --time-limit
                    --memory-limit --unit --profile --material --set --prices --quantity --json
                    --csv --force $observe" ;;
    profiles)
      if ((COMP_CWORD == 2)); then
        mapfile -t COMPREPLY < <(compgen -W 'list show -h --help' -- "$cur")
        return
      fi
      case ${COMP_WORDS[2]} in
        list) options='-h --help' ;;
        show) options='-h --help --material --set' ;;
      esac
      ;;
    cache)
      if ((COMP_CWORD == 2)); then
        mapfile -t COMPREPLY < <(compgen -W 'stats verify prune clear -h --help' -- "$cur")
        return
      fi
      options='-h --help --json'
      if [[ ${COMP_WORDS[2]} == prune ]]; then options+=' --mib --days'; fi
      ;;
  esac
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    return
  fi
  case $prev in
    --unit) mapfile -t COMPREPLY < <(compgen -W 'mm cm m in' -- "$cur") ;;
    --material) mapfile -t COMPREPLY < <(compgen -W "$(_costengine_names --material)" -- "$cur") ;;
    --profile | show)
      mapfile -t COMPREPLY < <(compgen -W "$(_costengine_names --profile)" -- "$cur"
                               compgen -f -- "$cur")
      compopt -o filenames 2>/dev/null
      ;;
    --log-format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur") ;;
    --log-level) mapfile -t COMPREPLY < <(compgen -W 'error warn info debug' -- "$cur") ;;
    --order) mapfile -t COMPREPLY < <(compgen -W 'input finished' -- "$cur") ;;
    --threads | --quantity | --set | --request-id | --traceparent | --jobs | --time-limit | \
      --memory-limit | --cache-mib | --cache-days | --mib | --days) ;;
    *)
      if [[ $command != profiles ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        compopt -o filenames 2>/dev/null
      fi
      ;;
  esac
}

complete -F _costengine costengine
