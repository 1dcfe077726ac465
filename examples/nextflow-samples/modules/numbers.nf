process MAKE {
    tag "$sample"

    input:
    val sample

    output:
    tuple val(sample), path("${sample}.txt")

    script:
    """
    seq 1000 -1 1 > ${sample}.txt
    """
}

// The kernel ends a task that takes more memory than its limit (exit code 137); the next try has a higher one.
process SORT {
    tag "$sample"
    memory { 100.MB * task.attempt }
    errorStrategy { task.exitStatus == 137 ? 'retry' : 'terminate' }
    maxRetries 2

    input:
    tuple val(sample), path(numbers)

    output:
    path "${sample}.sorted.txt"

    script:
    // `tail` keeps a line in memory until it has ended, and these zeros are one line.
    def megabytes = sample == params.hungry ? 150 : 0
    """
    head -c ${megabytes}M /dev/zero | tail > /dev/null
    sort -n $numbers > ${sample}.sorted.txt
    """
}
