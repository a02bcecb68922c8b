using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using Playground.Cli;
using Playground.Cli.Commands;

// Numbers are written the same everywhere; Unicode's tables stay, since CLIP's prompts need them.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentCulture =
    CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
// Not a RootCommand, whose help would say the name of the program's file instead of the command that people type.
var root = new Command("playground", "Train, sample and evaluate diffusion models from a terminal.")
{
    new HelpOption(),
    new VersionOption(),
    LauncherCommand.Create("serve", "Start the server with its pages; it listens on http://127.0.0.1:5080"),
    LauncherCommand.Create("test", "Run the tests"),
    TrainCommand.Create(),
    SampleCommand.Create(),
    InterpolateCommand.Create(),
    DownloadCommand.Create(),
    ConvertCommand.Create(),
    TrainFeaturesCommand.Create(),
    EvaluateCommand.Create(),
    EvaluatePromptsCommand.Create(),
    StatsCommand.Create(),
    DoctorCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
