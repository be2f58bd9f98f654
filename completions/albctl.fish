# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_albctl_global_optspecs
    string join \n sandbox sandbox-state= region= profile= endpoint-url= var= vars= output= color= q/quiet v/verbose parallelism= h/help V/version
end

function __fish_albctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_albctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_albctl_using_subcommand
    set -l cmd (__fish_albctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c albctl -n "__fish_albctl_needs_command" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_needs_command" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_needs_command" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_needs_command" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_needs_command" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_needs_command" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_needs_command" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_needs_command" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_needs_command" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_needs_command" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_needs_command" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_needs_command" -s V -l version -d 'Print version'
complete -c albctl -n "__fish_albctl_needs_command" -f -a "validate" -d 'Check specs offline: nothing is read from AWS'
complete -c albctl -n "__fish_albctl_needs_command" -f -a "plan" -d 'Show what differs between specs and AWS, and what would be done'
complete -c albctl -n "__fish_albctl_needs_command" -f -a "apply" -d 'Bring AWS to what specs say, after showing the plan and asking'
complete -c albctl -n "__fish_albctl_needs_command" -f -a "destroy" -d 'Remove all that belongs to a stack, after asking for the stack\'s name'
complete -c albctl -n "__fish_albctl_needs_command" -f -a "output" -d 'Print names and ARNs of what is live, for other tools'
complete -c albctl -n "__fish_albctl_needs_command" -f -a "status" -d 'Show what is live of a stack, with the health of all targets'
complete -c albctl -n "__fish_albctl_needs_command" -f -a "schema" -d 'Print the JSON Schema of specs, for editors'
complete -c albctl -n "__fish_albctl_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c albctl -n "__fish_albctl_needs_command" -f -a "sandbox" -d 'The AWS inside the process'
complete -c albctl -n "__fish_albctl_using_subcommand validate" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand validate" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand validate" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand validate" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand validate" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand validate" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand validate" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand validate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand validate" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand validate" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand validate" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand validate" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l adopt-from -d 'Also what belongs to OWNER: `cloudformation`, `lbc` (the AWS Load Balancer Controller), or a stack of albctl; may be repeated' -r
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l wait -d 'What an apply waits for' -r -f -a "healthy\t'New load balancers are active and the targets that were registered are healthy'
active\t'New load balancers are active'
none\t'Nothing'"
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l wait-timeout -d 'How long each wait may take, such as `10m`, instead of 30m for a certificate, 10m for a load balancer, 5m for targets and 2m for DNS. What has not come by then ends the apply with exit code 5; the next one goes on' -r
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l allow -d 'Do what is refused with this code; may be repeated' -r -f -a "empty-target-group\t''
mass-deletion\t''
new-source\t''
no-healthy-target\t''"
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l out -d 'Save the plan in a file, for apply --plan' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l prune -d 'Remove what is on our load balancer and not in the spec; without it, that is shown and kept'
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l adopt -d 'Take over the load balancer, target groups, listeners, rules and requested certificates that the spec describes and that are not this stack\'s; the plan shows all that would change'
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l delete-validation-records -d 'Delete the DNS records by which ACM validated a certificate when that is deleted, where they are in a zone that can be reached and no other certificate of the region needs them'
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l exit-code -d 'Exit with 3 when there are changes'
complete -c albctl -n "__fish_albctl_using_subcommand plan" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand plan" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand plan" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l adopt-from -d 'Also what belongs to OWNER: `cloudformation`, `lbc` (the AWS Load Balancer Controller), or a stack of albctl; may be repeated' -r
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l wait -d 'What an apply waits for' -r -f -a "healthy\t'New load balancers are active and the targets that were registered are healthy'
active\t'New load balancers are active'
none\t'Nothing'"
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l wait-timeout -d 'How long each wait may take, such as `10m`, instead of 30m for a certificate, 10m for a load balancer, 5m for targets and 2m for DNS. What has not come by then ends the apply with exit code 5; the next one goes on' -r
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l allow -d 'Do what is refused with this code; may be repeated' -r -f -a "empty-target-group\t''
mass-deletion\t''
new-source\t''
no-healthy-target\t''"
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l plan -d 'Apply the plan that `plan --out` saved, if it is still the one to be made' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l plan-id -d 'Apply only if the plan has this id: at least six hex digits, as `plan` shows them' -r
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l prune -d 'Remove what is on our load balancer and not in the spec; without it, that is shown and kept'
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l adopt -d 'Take over the load balancer, target groups, listeners, rules and requested certificates that the spec describes and that are not this stack\'s; the plan shows all that would change'
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l delete-validation-records -d 'Delete the DNS records by which ACM validated a certificate when that is deleted, where they are in a zone that can be reached and no other certificate of the region needs them'
complete -c albctl -n "__fish_albctl_using_subcommand apply" -s y -l yes -d 'Apply without asking; needed where there is no terminal'
complete -c albctl -n "__fish_albctl_using_subcommand apply" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand apply" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand apply" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l wait-timeout -d 'How long each wait may take, such as `10m`' -r
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l allow -d 'Do what is refused with this code; may be repeated' -r -f -a "empty-target-group\t''
mass-deletion\t''
new-source\t''
no-healthy-target\t''"
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l prune -d 'Let listeners and the load balancer go although they hold what is not ours'
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l delete-validation-records -d 'Delete the DNS records by which ACM validated the stack\'s certificates, too, where they are in a zone that can be reached and no other certificate of the region needs them'
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -s y -l yes -d 'Destroy without asking; needed where there is no terminal'
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand destroy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand output" -l format -d 'How the values are written' -r -f -a "text\t'`KEY = VALUE`, a line each; of one key only the value'
json\t'One object'
env\t'Assignments for a shell'
ecs\t'The `loadBalancers` of each ECS service, from `ecs` of target groups; KEY is that of a target group'"
complete -c albctl -n "__fish_albctl_using_subcommand output" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand output" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand output" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand output" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand output" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand output" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand output" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand output" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand output" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand output" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand output" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand output" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand output" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand status" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand status" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand status" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand status" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand status" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand status" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand status" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand status" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand status" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand status" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand status" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand status" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand schema" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand schema" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand schema" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand schema" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand schema" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand schema" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand schema" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand schema" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand schema" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand schema" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand schema" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand schema" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand completions" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand completions" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand completions" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand completions" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand completions" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand completions" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand completions" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand completions" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand completions" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand completions" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand completions" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -f -a "serve" -d 'Offer the sandbox to other AWS clients on this machine, over HTTP on the loopback interface'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -f -a "reset" -d 'Forget all that is in the sandbox'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -f -a "zone" -d 'Hosted zones of Route 53, for the DNS records of specs'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -f -a "function" -d 'Lambda functions, for the target groups of specs'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset zone function certificate" -f -a "certificate" -d 'Certificates of ACM that exist already, for specs that `use` one'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l port -d 'The port to listen on; 0 takes a free one' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l speed -d 'How many times as fast as the wall clock its time runs' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s y -l yes -d 'Reset without asking; needed where there is no terminal'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -f -a "create" -d 'Make a hosted zone; several zones may have one name'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -f -a "list" -d 'List the hosted zones'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from zone" -f -a "delete" -d 'Delete a hosted zone and all its records'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -f -a "create" -d 'Make a Lambda function, which nothing may invoke yet'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -f -a "list" -d 'List the Lambda functions of all regions'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from function" -f -a "delete" -d 'Delete a Lambda function, with its aliases and permissions'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -l sandbox-state -d 'The file that holds the sandbox\'s state [default: albctl/sandbox.json in the user\'s state folder]' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -l region -d 'The AWS region, where the spec names none' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -l profile -d 'The profile of the AWS configuration to take credentials from' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -l endpoint-url -d 'Another endpoint than AWS, for all services' -r -f
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -l var -d 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -l vars -d 'A YAML or JSON file with values of variables; may be repeated, later ones win' -r -F
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs: one document on stdout'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -l parallelism -d 'How many calls to AWS may be under way at once' -r
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -l sandbox -d 'Run against an AWS inside the process; no account is touched'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -s q -l quiet -d 'Only the last line of the answer, and errors'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -s v -l verbose -d 'Whole values, ARNs, calls, request ids'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -f -a "create" -d 'Put an issued certificate into ACM'
complete -c albctl -n "__fish_albctl_using_subcommand sandbox; and __fish_seen_subcommand_from certificate" -f -a "list" -d 'List the certificates of ACM, of all regions'
