// Loads libraries one after the other as a JVM does, and looks for a function in each: FILE NAME…

#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **given) {
    for (int i = 1; i + 1 < count; i += 2) {
        void *library = dlopen(given[i], RTLD_LAZY);
        if (!library || !dlsym(library, given[i + 1])) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
    }
    puts("loaded all");
    return 0;
}
