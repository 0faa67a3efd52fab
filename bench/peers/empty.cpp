// An empty C++ program: what starting any program costs.
int main() {}
