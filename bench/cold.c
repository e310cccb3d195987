/* Runs a command with its output thrown away; prints wall time, CPU time and peak memory as JSON. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double ms_of(struct timeval t) { return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3; }

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    const pid_t child = vfork();
    if (child == 0) {
        const int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    wait4(child, &status, 0, &usage);
    clock_gettime(CLOCK_MONOTONIC, &after);
    const double wall = (double)(after.tv_sec - before.tv_sec) * 1e3 + (double)(after.tv_nsec - before.tv_nsec) / 1e6;
    printf("{\"wall_ms\":%.3f,\"cpu_ms\":%.3f,\"rss_mb\":%.2f,\"rc\":%d}\n", wall,
           ms_of(usage.ru_utime) + ms_of(usage.ru_stime), (double)usage.ru_maxrss / 1024.0,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
