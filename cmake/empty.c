// Stands for the sources of CPU backends that are not shipped (portable.cmake).
