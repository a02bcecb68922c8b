using System.CommandLine;
using System.Globalization;
using Playground.Evaluation.Features.Digits;

namespace Playground.Cli.Commands;

/// <summary><c>train-features</c>: makes the bundled feature extractor anew.</summary>
internal static class TrainFeaturesCommand
{
    private static readonly Option<string> s_data = new("--data") { Required = true, Description = "Folder of MNIST's four IDX files" };
    private static readonly Option<string> s_out = new("--out") { Required = true, Description = "The ONNX file to write" };
    private static readonly Option<int> s_epochs = new("--epochs")
    { DefaultValueFactory = _ => 5, Description = "Passes over the training pictures, 1 to 100" };
    private static readonly Option<ulong> s_seed = new("--seed") { Description = "Of the first weights and of the order" };

    public static Command Create()
    {
        var command = new Command("train-features", "Train the small feature extractor that comes with the program")
            { s_data, s_out, s_epochs, s_seed };
        command.SetAction((parsed, ct) => Task.Run(() => Run(parsed, ct), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken ct)
    {
        var accuracy = DigitTraining.Run(parsed.GetRequiredValue(s_data), parsed.GetRequiredValue(s_out), parsed.GetValue(s_epochs),
            parsed.GetValue(s_seed), Show, ct);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{accuracy:P2} of the test digits are read right"));
        return 0;
    }

    private static void Show(int step, int steps, double loss)
        => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step}/{steps}  loss {loss:0.0000}"));
}
