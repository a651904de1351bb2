// Stands for the sources of CPU backends that are not shipped (portable.cmake).
typedef int surecall_no_sources;
