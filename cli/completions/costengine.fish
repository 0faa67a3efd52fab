# fish completion for costengine

# The names that "costengine profiles list" has under the heading that ends with ($argv).
function __costengine_names
    costengine profiles list 2>/dev/null |
        awk -v option="($argv)" '/^[^ ]/ {on = index($0, option)} on && /^  / {print $1}'
end

set -l none 'not __fish_seen_subcommand_from estimate inspect profiles'
set -l models '__fish_seen_subcommand_from estimate inspect'
set -l estimate '__fish_seen_subcommand_from estimate'
set -l profiles '__fish_seen_subcommand_from profiles; and not __fish_seen_subcommand_from list show'
set -l show '__fish_seen_subcommand_from profiles; and __fish_seen_subcommand_from show'

complete -c costengine -s h -l help -d 'Show a short help'
complete -c costengine -n $none -f -l version -d 'Show the version'
complete -c costengine -n $none -f -a estimate -d 'Price models'
complete -c costengine -n $none -f -a inspect -d 'Check and measure models'
complete -c costengine -n $none -f -a profiles -d 'List and show print profiles'

complete -c costengine -n $models -x -l unit -a 'mm cm m in' -d 'Unit of the file'
complete -c costengine -n $models -x -l threads -d 'Most threads to use'
complete -c costengine -n $models -r -l profile -a '(__costengine_names --profile)' -d 'Machine, machine/quality or file'
complete -c costengine -n $models -l json -d 'One JSON object per model'
complete -c costengine -n $models -l strict -d 'End with 1 if a model is only estimated'
complete -c costengine -n $models -x -l request-id -d 'Name of the request'
complete -c costengine -n $models -x -l traceparent -d 'W3C trace context'
complete -c costengine -n $models -r -l log -d 'Append a log to a file'
complete -c costengine -n $models -x -l log-format -a 'text json' -d 'Form of the log'
complete -c costengine -n $models -x -l log-level -a 'error warn info debug' -d 'Least important events to log'
complete -c costengine -n $models -r -l metrics -d 'Write metrics for Prometheus'
complete -c costengine -n $models -r -l trace -d 'Write a trace for a browser'
complete -c costengine -n $estimate -x -l material -a '(__costengine_names --material)' -d 'Material'
complete -c costengine -n $estimate -x -l set -d 'Change one setting: key=value'
complete -c costengine -n $estimate -r -l prices -d 'Price sheet'
complete -c costengine -n $estimate -x -l quantity -d 'Equal parts to price'
complete -c costengine -n $estimate -l plate -d 'Print all parts together'
complete -c costengine -n $estimate -r -l layers -d 'Write a table of the layers'
complete -c costengine -n $estimate -l csv -d 'A header and one row per model'
complete -c costengine -n $estimate -l force -d 'Price a refused model too, as a guess'

complete -c costengine -n $profiles -f -a list -d 'Machines, qualities, materials'
complete -c costengine -n $profiles -f -a show -d 'Every setting of a profile'
complete -c costengine -n $show -x -l material -a '(__costengine_names --material)' -d 'Material'
complete -c costengine -n $show -x -l set -d 'Change one setting: key=value'
complete -c costengine -n $show -a '(__costengine_names --profile)' -d 'Profile'
