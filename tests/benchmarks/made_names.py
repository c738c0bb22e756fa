"""Common given and family names of the countries that doctors come from, and how each country joins them.

The lists are short on purpose: in 5,000 made people many share a name, as in a real cohort.
"""

GIVEN = {
    "english": """James John Oliver Jack Harry Thomas William George Emily Olivia Sophie Charlotte Amelia Grace
        Samuel Daniel Lucy Hannah Rebecca Michael Joshua Matthew Chloe Eleanor Benjamin""",
    "irish": """Aoife Ciarán Siobhán Seán Niamh Oisín Róisín Conor Padraig Máire Eoin Gráinne Caoimhe Declan
        Fionn Sinéad Brendan Orla Cormac Éabha""",
    "german": """Jürgen Jörg Björn Günther Lukas Anna Käthe Sören Franziska Matthias Jonas Lea Hannelore Götz
        Stefanie Uwe Birgit Felix Lotte Torsten""",
    "nordic": """Åse Søren Bjørn Øyvind Ingrid Lars Astrid Mikkel Freja Jón Þór Sigrún Håkon Maja Nils Elin
        Guðrún Anders Kjersti Aðalbjörg""",
    "polish": """Łukasz Michał Agnieszka Katarzyna Paweł Małgorzata Wojciech Zofia Stanisław Grzegorz Joanna
        Krzysztof Ewa Marek Jadwiga Tomasz Bożena Piotr Kinga Rafał""",
    "spanish": """José María Luis Juan Carlos Lucía Sofía Andrés Iñigo Begoña Álvaro Martín Ángela Elena Raúl
        Núria Pablo Pilar Jesús Inés Manuel Carmen""",
    "portuguese": """João António Conceição Tiago Beatriz Inês Gonçalo Rui Catarina Afonso Margarida Luís
        Fernanda Nuno Paulo Sílvia Vitória Duarte""",
    "arabic": """Mohammed Ahmed Abdullah Omar Yousef Fatima Aisha Khalid Hassan Hussein Mahmoud Mustafa Ibrahim
        Zainab Mariam Tariq Noor Sara Layla Abdelrahman Amira Karim Samira Waleed Osama""",
    "pakistani": """Muhammad Ali Ayesha Usman Bilal Hamza Sana Zara Imran Faisal Asma Saad Kiran Rabia Zeeshan
        Hina Adnan Nadia Waqas Iqra Umar Maryam Shahid Farah""",
    "indian": """Priya Rahul Anjali Sanjay Deepak Pooja Amit Neha Vikram Kavita Rajesh Sunita Arjun Divya Lakshmi
        Srinivas Meera Anil Shreya Karthik Nisha Suresh Ananya Harpreet Gurpreet""",
    "sri lankan": """Nuwan Chamari Kasun Dilani Tharindu Sanduni Ruwan Ishara Chathura Nimali Lahiru Hasini
        Sivakumar Tharshini Kumaran Pradeepa""",
    "nigerian": """Chukwuemeka Ngozi Oluwaseun Adebayo Chinwe Ifeoma Olumide Temitope Babatunde Yetunde Emeka
        Amaka Tunde Folake Obinna Uche Kelechi Blessing Aminu Zainab Musa Halima""",
    "ghanaian": """Kwame Akua Kofi Ama Kwabena Abena Yaw Esi Kojo Adwoa Nana Efua Kwaku Afia""",
    "chinese": """Wei Xiaoming Jing Li Na Yan Jun Xiuying Min Lei Hao-Ran Mei-Ling Zihan Yu-Chen Siu-Ming Ka-Wai
        Hui Qiang Fang Xin""",
    "vietnamese": """Anh Huy Linh Đức Hương Minh Thảo Phương Quang Trang Tuấn Yến Hải Ngọc""",
    "burmese": """Aung Thant Myint Khin Su Wai Hla Zaw Thida Moe Kyaw Nandar Htet Ei""",
    "sudanese": """Altayeb Mohamed Osman Hiba Salma Elhadi Amna Babiker Mutaz Rania Eltahir Sitana Abubakr Duaa""",
    "egyptian": """Mostafa Ahmed Mina Marwa Sherif Heba Mahmoud Dina Amr Yasmine Kareem Peter Mariam Ehab Nourhan
        Abdelaziz Hany Doaa""",
    "iranian": """Reza Maryam Hossein Zahra Ali Mehdi Fatemeh Shirin Arash Parisa Babak Leila Farhad Niloufar""",
    "greek": """Georgios Eleni Nikolaos Aikaterini Konstantinos Vasiliki Ioannis Despoina Dimitrios Sofia
        Panagiotis Chrysoula""",
    "ukrainian": """Oleksandr Olena Yuliia Serhii Iryna Andrii Nataliia Dmytro Kateryna Volodymyr Oksana Mykola
        Tetiana Yevhen""",
    "romanian": """Andrei Ștefan Ioana Mihai Elena Cristina Răzvan Alexandru Mădălina Bogdan Gabriela Vlad Țuța
        Florin Raluca""",
    "turkish": """Işıl Çağla Gökhan Şule Emre Ayşe Mehmet Özge Burak Elif Hüseyin Zeynep Ümit İbrahim Tuğba""",
    "filipino": """Maria Jose Angelica Mark John Christine Jerome Rowena Michelle Ramon Kristine Jayson Liza
        Reynaldo Marites""",
}

FAMILY = {
    "english": """Smith Jones Williams Brown Taylor Davies Evans Wilson Thomas Johnson Roberts Walker Wright
        Thompson Robinson Hughes Edwards Green Hall Wood Harris Clarke Jackson Turner Hill Cooper Ward
        Hartley-Jones Fotheringham St-John""",
    "irish": """O’Brien O'Connor Murphy Ó-Súilleabháin McCarthy Byrne O’Neill Gallagher Doherty Fitzgerald
        Ní-Bhriain Walsh Kelly Nolan Mac-Giolla""",
    "german": """Müller Schröder Gößmann Schäfer Weiß Krüger Köhler Böhm Großmann Jäger Schmidt Fischer Weber
        Meyer Wagner Becker von-Bülow Hübner Vogel Günter""",
    "nordic": """Sørensen Østergaard Åkesson Hansen Jensen Björnsson Þorláksson Nygård Lindqvist Andersson
        Ødegaard Halvorsen Kjærgaard Guðmundsdóttir Møller""",
    "polish": """Nowak Kowalska Wiśniewski Wójcik Kamińska Lewandowski Zieliński Szymańska Woźniak Dąbrowski
        Łuczak Żak Wróbel Jabłońska Piotrowski""",
    "spanish": """García López Martínez Sánchez Pérez González Rodríguez Fernández Núñez Muñoz Ibáñez Ruiz Díaz
        Romero Ortega Peña Guerrero Vázquez""",
    "portuguese": """Silva Santos Ferreira Conceição Araújo Magalhães Simões Gouveia Sequeira Pinto Monteiro
        Brandão Figueiredo""",
    "arabic": """Al-Masri El-Sayed Hassan Al-Khatib Haddad Nasser Saleh Al-Rashid Hamdan Farouk Khoury Aziz
        Mansour Darwish Qasim Al-Hakim Shaheen Bakr""",
    "pakistani": """Khan Ahmed Hussain Malik Iqbal Chaudhry Butt Sheikh Qureshi Siddiqui Mirza Akhtar Raza Javed
        Shah Mahmood Ansari Bibi""",
    "indian": """Patel Sharma Singh Kumar Gupta Reddy Iyer Nair Krishnamurthy Banerjee Chatterjee Mehta Kaur Rao
        Venkataraman Joshi Desai Pillai Mukherjee Subramaniam""",
    "sri lankan": """Perera Fernando de-Silva Jayawardena Wickramasinghe Bandara Rajapaksa Gunasekara Ratnayake
        Sivalingam Thevarajah Dissanayake""",
    "nigerian": """Okafor Adeyemi Okonkwo Balogun Eze Nwosu Ogunleye Adebayo Obi Bello Abubakar Ibrahim
        Chukwu Afolabi Onyekachi Oyelaran""",
    "ghanaian": """Mensah Owusu Boateng Asante Appiah Osei Amoah Agyeman Ofori-Atta Darko""",
    "chinese": """Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Chan Wong Lam Cheung Ng Leung""",
    "vietnamese": """Nguyễn Trần Lê Phạm Hoàng Võ Đặng Bùi Đỗ Hồ""",
    "burmese": """Aung Win Tun Oo Htay Lwin Naing Thein Kyaw Myint""",
    "sudanese": """Elhassan Abdalla Mohamed-Ahmed Osman Idris Elamin Hamad Khalifa Abdelgadir Bashir""",
    "egyptian": """Abdelrahman Mahmoud Fathy Gerges Soliman Elshafei Ramadan Mansour Abdelfattah Shenouda Zaki
        Moustafa""",
    "iranian": """Hosseini Ahmadi Mohammadi Karimi Rezaei Jafari Moradi Ebrahimi Sadeghi Kazemi""",
    "greek": """Papadopoulos Pappas Georgiou Ioannidis Dimitriou Nikolaidis Vlachos Konstantinidis Makris""",
    "ukrainian": """Shevchenko Kovalenko Bondarenko Tkachenko Kravchenko Melnyk Shevchuk Oliynyk Lysenko""",
    "romanian": """Popescu Ionescu Munteanu Stănescu Țurcanu Dumitrescu Gheorghiu Marinescu Constantinescu""",
    "turkish": """Yılmaz Kaya Demir Çelik Şahin Öztürk Aydın Arslan Doğan Güneş""",
    "filipino": """Santos Reyes Cruz Bautista de-la-Cruz Garcia Mendoza Aquino Villanueva Ramos Dela-Peña""",
}

TWO_FAMILY_NAMES = {"spanish", "portuguese", "filipino"}
SEVERAL_GIVEN_NAMES = {"arabic", "egyptian", "sudanese", "vietnamese", "burmese", "english", "spanish", "nigerian"}
OFTEN_ONE_NAME = {"indian", "burmese", "pakistani", "sri lankan"}

# Ways in which offices romanise one name.
ROMANISED = [
    ["Mohammed", "Mohamed", "Muhammad", "Mohammad", "Muhammed"],
    ["Ahmed", "Ahmad", "Ahmet"],
    ["Hussein", "Hussain", "Husain", "Hossein"],
    ["Yousef", "Yusuf", "Youssef", "Yousuf"],
    ["Abdelrahman", "Abdulrahman", "Abdurrahman", "Abd El Rahman"],
    ["Osama", "Usama"],
    ["Omar", "Umar"],
    ["Khalid", "Khaled"],
    ["Mostafa", "Mustafa", "Moustafa"],
    ["Fatima", "Fatemeh", "Fatimah"],
    ["Mariam", "Maryam", "Miriam"],
    ["Zainab", "Zaynab", "Zeinab"],
    ["Abdullah", "Abdallah", "Abdulla"],
    ["Chaudhry", "Choudhury", "Chowdhury", "Chaudhary"],
    ["Siddiqui", "Siddiqi", "Siddique"],
    ["Qureshi", "Quraishi", "Koreshi"],
    ["Sheikh", "Shaikh", "Shaykh"],
    ["Aisha", "Ayesha", "Aysha"],
    ["Oleksandr", "Aleksandr", "Olexandr"],
    ["Yuliia", "Yulia", "Iuliia"],
    ["Serhii", "Sergii", "Sergiy"],
    ["Nataliia", "Natalia", "Nataliya"],
    ["Georgios", "Giorgos", "Yeorgios"],
    ["Ioannis", "Yannis"],
    ["Krishnamurthy", "Krishnamurti", "Krishnamoorthy"],
    ["Subramaniam", "Subramanian", "Subramanyam"],
    ["Mukherjee", "Mukherji", "Mookerjee"],
    ["Elhassan", "El Hassan", "Alhassan"],
    ["Hosseini", "Husseini", "Hoseini"],
]
