# A first program: no functions, no guard. It asks for two numbers and prints.
name = input("Your name: ")
number = int(input("A number: "))
squares = [i * i for i in range(number)]
print("Hello, " + name + "!")
print("Squares:", squares)
total = sum(squares)
print("Total:", total, "\n")
