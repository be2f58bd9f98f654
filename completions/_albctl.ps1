
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'albctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'albctl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'albctl' {
            [CompletionResult]::new('--sandbox-state', '--sandbox-state', [CompletionResultType]::ParameterName, 'The file that holds the sandbox''s state [default: albctl/sandbox.json in the user''s state folder]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, where the spec names none')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration to take credentials from')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Another endpoint than AWS, for all services')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars')
            [CompletionResult]::new('--vars', '--vars', [CompletionResultType]::ParameterName, 'A YAML or JSON file with values of variables; may be repeated, later ones win')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parallelism', '--parallelism', [CompletionResultType]::ParameterName, 'How many calls to AWS may be under way at once')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Run against an AWS inside the process; no account is touched')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check specs offline: nothing is read from AWS')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Show what differs between specs and AWS, and what would be done')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Bring AWS to what specs say, after showing the plan and asking')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Remove all that belongs to a stack, after asking for the stack''s name')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of specs, for editors')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'The AWS inside the process')
            break
        }
        'albctl;validate' {
            [CompletionResult]::new('--sandbox-state', '--sandbox-state', [CompletionResultType]::ParameterName, 'The file that holds the sandbox''s state [default: albctl/sandbox.json in the user''s state folder]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, where the spec names none')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration to take credentials from')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Another endpoint than AWS, for all services')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars')
            [CompletionResult]::new('--vars', '--vars', [CompletionResultType]::ParameterName, 'A YAML or JSON file with values of variables; may be repeated, later ones win')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parallelism', '--parallelism', [CompletionResultType]::ParameterName, 'How many calls to AWS may be under way at once')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Run against an AWS inside the process; no account is touched')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'albctl;plan' {
            [CompletionResult]::new('--adopt-from', '--adopt-from', [CompletionResultType]::ParameterName, 'Also what belongs to OWNER: `cloudformation`, `lbc` (the AWS Load Balancer Controller), or a stack of albctl; may be repeated')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'What an apply waits for')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Do what is refused with this code; may be repeated')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Save the plan in a file, for apply --plan')
            [CompletionResult]::new('--sandbox-state', '--sandbox-state', [CompletionResultType]::ParameterName, 'The file that holds the sandbox''s state [default: albctl/sandbox.json in the user''s state folder]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, where the spec names none')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration to take credentials from')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Another endpoint than AWS, for all services')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars')
            [CompletionResult]::new('--vars', '--vars', [CompletionResultType]::ParameterName, 'A YAML or JSON file with values of variables; may be repeated, later ones win')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parallelism', '--parallelism', [CompletionResultType]::ParameterName, 'How many calls to AWS may be under way at once')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Remove what is on our load balancer and not in the spec; without it, that is shown and kept')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take over the load balancer, target groups, listeners and rules that the spec describes and that are not this stack''s; the plan shows all that would change')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit with 3 when there are changes')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Run against an AWS inside the process; no account is touched')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'albctl;apply' {
            [CompletionResult]::new('--adopt-from', '--adopt-from', [CompletionResultType]::ParameterName, 'Also what belongs to OWNER: `cloudformation`, `lbc` (the AWS Load Balancer Controller), or a stack of albctl; may be repeated')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'What an apply waits for')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Do what is refused with this code; may be repeated')
            [CompletionResult]::new('--plan', '--plan', [CompletionResultType]::ParameterName, 'Apply the plan that `plan --out` saved, if it is still the one to be made')
            [CompletionResult]::new('--plan-id', '--plan-id', [CompletionResultType]::ParameterName, 'Apply only if the plan has this id: at least six hex digits, as `plan` shows them')
            [CompletionResult]::new('--sandbox-state', '--sandbox-state', [CompletionResultType]::ParameterName, 'The file that holds the sandbox''s state [default: albctl/sandbox.json in the user''s state folder]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, where the spec names none')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration to take credentials from')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Another endpoint than AWS, for all services')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars')
            [CompletionResult]::new('--vars', '--vars', [CompletionResultType]::ParameterName, 'A YAML or JSON file with values of variables; may be repeated, later ones win')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parallelism', '--parallelism', [CompletionResultType]::ParameterName, 'How many calls to AWS may be under way at once')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Remove what is on our load balancer and not in the spec; without it, that is shown and kept')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take over the load balancer, target groups, listeners and rules that the spec describes and that are not this stack''s; the plan shows all that would change')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Apply without asking; needed where there is no terminal')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Apply without asking; needed where there is no terminal')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Run against an AWS inside the process; no account is touched')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'albctl;destroy' {
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Do what is refused with this code; may be repeated')
            [CompletionResult]::new('--sandbox-state', '--sandbox-state', [CompletionResultType]::ParameterName, 'The file that holds the sandbox''s state [default: albctl/sandbox.json in the user''s state folder]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, where the spec names none')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration to take credentials from')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Another endpoint than AWS, for all services')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars')
            [CompletionResult]::new('--vars', '--vars', [CompletionResultType]::ParameterName, 'A YAML or JSON file with values of variables; may be repeated, later ones win')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parallelism', '--parallelism', [CompletionResultType]::ParameterName, 'How many calls to AWS may be under way at once')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Let listeners and the load balancer go although they hold what is not ours')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Destroy without asking; needed where there is no terminal')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Destroy without asking; needed where there is no terminal')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Run against an AWS inside the process; no account is touched')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'albctl;schema' {
            [CompletionResult]::new('--sandbox-state', '--sandbox-state', [CompletionResultType]::ParameterName, 'The file that holds the sandbox''s state [default: albctl/sandbox.json in the user''s state folder]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, where the spec names none')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration to take credentials from')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Another endpoint than AWS, for all services')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars')
            [CompletionResult]::new('--vars', '--vars', [CompletionResultType]::ParameterName, 'A YAML or JSON file with values of variables; may be repeated, later ones win')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parallelism', '--parallelism', [CompletionResultType]::ParameterName, 'How many calls to AWS may be under way at once')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Run against an AWS inside the process; no account is touched')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'albctl;completions' {
            [CompletionResult]::new('--sandbox-state', '--sandbox-state', [CompletionResultType]::ParameterName, 'The file that holds the sandbox''s state [default: albctl/sandbox.json in the user''s state folder]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, where the spec names none')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration to take credentials from')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Another endpoint than AWS, for all services')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars')
            [CompletionResult]::new('--vars', '--vars', [CompletionResultType]::ParameterName, 'A YAML or JSON file with values of variables; may be repeated, later ones win')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parallelism', '--parallelism', [CompletionResultType]::ParameterName, 'How many calls to AWS may be under way at once')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Run against an AWS inside the process; no account is touched')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'albctl;sandbox' {
            [CompletionResult]::new('--sandbox-state', '--sandbox-state', [CompletionResultType]::ParameterName, 'The file that holds the sandbox''s state [default: albctl/sandbox.json in the user''s state folder]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, where the spec names none')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration to take credentials from')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Another endpoint than AWS, for all services')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars')
            [CompletionResult]::new('--vars', '--vars', [CompletionResultType]::ParameterName, 'A YAML or JSON file with values of variables; may be repeated, later ones win')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parallelism', '--parallelism', [CompletionResultType]::ParameterName, 'How many calls to AWS may be under way at once')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Run against an AWS inside the process; no account is touched')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Offer the sandbox to other AWS clients on this machine, over HTTP on the loopback interface')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Forget all that is in the sandbox')
            break
        }
        'albctl;sandbox;serve' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port to listen on; 0 takes a free one')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'How many times as fast as the wall clock its time runs')
            [CompletionResult]::new('--sandbox-state', '--sandbox-state', [CompletionResultType]::ParameterName, 'The file that holds the sandbox''s state [default: albctl/sandbox.json in the user''s state folder]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, where the spec names none')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration to take credentials from')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Another endpoint than AWS, for all services')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars')
            [CompletionResult]::new('--vars', '--vars', [CompletionResultType]::ParameterName, 'A YAML or JSON file with values of variables; may be repeated, later ones win')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parallelism', '--parallelism', [CompletionResultType]::ParameterName, 'How many calls to AWS may be under way at once')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Run against an AWS inside the process; no account is touched')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'albctl;sandbox;reset' {
            [CompletionResult]::new('--sandbox-state', '--sandbox-state', [CompletionResultType]::ParameterName, 'The file that holds the sandbox''s state [default: albctl/sandbox.json in the user''s state folder]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, where the spec names none')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration to take credentials from')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Another endpoint than AWS, for all services')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars')
            [CompletionResult]::new('--vars', '--vars', [CompletionResultType]::ParameterName, 'A YAML or JSON file with values of variables; may be repeated, later ones win')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parallelism', '--parallelism', [CompletionResultType]::ParameterName, 'How many calls to AWS may be under way at once')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Reset without asking; needed where there is no terminal')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Reset without asking; needed where there is no terminal')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Run against an AWS inside the process; no account is touched')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the last line of the answer, and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Whole values, ARNs, calls, request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
